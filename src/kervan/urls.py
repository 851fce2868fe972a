"""All addresses. Each app brings its own; sign-in comes from allauth."""

from django.urls import include, path

urlpatterns = [
    path("", include("kervan.core.urls")),
    path("accounts/", include("allauth.urls")),
]
