from django.urls import path

from kervan.institutions.views import directory

app_name = "institutions"
urlpatterns = [
    path("institutions/", directory.directory, name="directory"),
    path("institutions/<str:uid>/", directory.page, name="page"),
]
