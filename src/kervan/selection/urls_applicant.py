"""Addresses of the public pages of calls and of the applicant's own pages."""

from django.urls import URLPattern, URLResolver, path

from kervan.selection.views import my, public

urlpatterns: list[URLPattern | URLResolver] = [
    path("calls/", public.calls, name="calls"),
    path("calls/<str:uid>/", public.call, name="call"),
    path("calls/<str:uid>/apply/", my.begin, name="begin"),
    path("my/", my.overview, name="my"),
    path("my/applications/<str:uid>/", my.application, name="my_application"),
    path("my/applications/<str:uid>/save/", my.save, name="my_save"),
    path("my/applications/<str:uid>/take-back/", my.take_back, name="my_take_back"),
    path("my/applications/<str:uid>/withdraw/", my.withdraw, name="my_withdraw"),
    path("my/applications/<str:uid>/documents/<str:code>/", my.document, name="my_document"),
]
