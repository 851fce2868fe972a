"""All addresses. Each app brings its own; sign-in comes from allauth."""

from django.urls import include, path

urlpatterns = [
    path("", include("kervan.core.urls")),
    path("", include("kervan.institutions.urls")),
    path("", include("kervan.people.urls")),
    path("", include("kervan.agreements.urls")),
    path("", include("kervan.selection.urls")),
    path("", include("kervan.demo.urls")),
    path("accounts/", include("allauth.urls")),
]
