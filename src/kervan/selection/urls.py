"""Addresses of the selection: the office's own here, the applicant's and the imports in their files."""

from django.urls import URLPattern, URLResolver

from kervan.selection.urls_applicant import urlpatterns as applicant
from kervan.selection.urls_imports import urlpatterns as imports

app_name = "selection"
office: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = [*office, *applicant, *imports]
