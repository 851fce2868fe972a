from django.urls import path

from kervan.agreements.views import agreements as views

app_name = "agreements"
urlpatterns = [
    path("office/agreements/", views.agreement_list, name="list"),
    path("office/agreements/new/", views.new, name="new"),
    path("office/agreements/with/<str:uid>/", views.of_institution, name="of_institution"),
    path("office/agreements/<str:uid>/", views.page, name="page"),
    path("office/agreements/<str:uid>/edit/", views.edit, name="edit"),
    path("office/agreements/<str:uid>/new-version/", views.start_version, name="start_version"),
    path("office/agreements/<str:uid>/discard/", views.discard, name="discard"),
    path("office/agreements/<str:uid>/in-force/", views.put_in_force, name="put_in_force"),
    path("office/agreements/<str:uid>/terminate/", views.terminate, name="terminate"),
]
