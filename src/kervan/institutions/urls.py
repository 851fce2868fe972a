from django.urls import path

from kervan.institutions import views

app_name = "institutions"
urlpatterns = [
    path("institutions/", views.directory, name="directory"),
    path("institutions/<str:uid>/", views.page, name="page"),
]
