"""Addresses of the public pages of calls and of the applicant's own pages."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
