from django.urls import path

from kervan.people import views

app_name = "people"
urlpatterns = [
    path("my/profile/", views.profile, name="profile"),
    path("my/begin/", views.begin, name="begin"),
    path("office/people/", views.people_list, name="people"),
    path("office/people/new/", views.person_new, name="person_new"),
    path("office/people/<str:uid>/", views.person, name="person"),
    path("office/people/<str:uid>/edit/", views.person_edit, name="person_edit"),
    path("office/people/<str:uid>/invite/", views.invite, name="invite"),
    path("office/accounts/", views.accounts, name="accounts"),
    path("office/accounts/<str:uid>/", views.account, name="account"),
    path("office/accounts/roles/<str:uid>/take/", views.take_role, name="take_role"),
]
