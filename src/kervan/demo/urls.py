from django.urls import path

from kervan.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/role/<slug:name>/", views.switch, name="switch"),
    path("demo/tour/", views.tour_step, name="tour_step"),
    path("demo/universities/", views.universities, name="universities"),
    path("demo/rebuild/", views.rebuild, name="rebuild"),
    path("demo/sample/", views.sample, name="sample"),
    path("demo/sample/file/", views.sample_file, name="sample_file"),
]
