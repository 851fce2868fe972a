from django.urls import path

from kervan.core import styleguide
from kervan.core.views import outbox, pages

app_name = "core"
urlpatterns = [
    path("", pages.home, name="home"),
    path("start/", pages.start, name="start"),
    path("find/", pages.find, name="find"),
    path("language/", pages.set_language, name="set_language"),
    path("glossary/", pages.glossary, name="glossary"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("healthz", pages.healthz, name="healthz"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("office/outbox/", outbox.outbox_list, name="outbox"),
    path("office/outbox/<str:uid>/", outbox.outbox_message, name="outbox_message"),
    path("office/outbox/<str:uid>/again/", outbox.outbox_again, name="outbox_again"),
]
