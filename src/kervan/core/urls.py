from django.urls import path

from kervan.core import styleguide, views

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("find/", views.find, name="find"),
    path("language/", views.set_language, name="set_language"),
    path("glossary/", views.glossary, name="glossary"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("office/outbox/", views.outbox_list, name="outbox"),
    path("office/outbox/<str:uid>/", views.outbox_message, name="outbox_message"),
    path("office/outbox/<str:uid>/again/", views.outbox_again, name="outbox_again"),
]
