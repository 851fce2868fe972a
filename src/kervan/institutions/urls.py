from django.urls import path

from kervan.institutions.urls_facts import urlpatterns as facts
from kervan.institutions.views import directory

app_name = "institutions"
urlpatterns = [
    *facts,
    path("institutions/", directory.directory, name="directory"),
    path("institutions/<str:uid>/", directory.page, name="page"),
]
