from django.urls import path

from kervan.people.views import deputies, duties, handover, persons, viewing

app_name = "people"
urlpatterns = [
    path("my/profile/", persons.profile, name="profile"),
    path("my/begin/", persons.begin, name="begin"),
    path("office/people/", persons.people_list, name="people"),
    path("office/people/new/", persons.person_new, name="person_new"),
    path("office/people/<str:uid>/", persons.person, name="person"),
    path("office/people/<str:uid>/edit/", persons.person_edit, name="person_edit"),
    path("office/people/<str:uid>/invite/", persons.invite, name="invite"),
    path("office/accounts/", persons.accounts, name="accounts"),
    path("office/accounts/<str:uid>/", persons.account, name="account"),
    path("office/accounts/roles/<str:uid>/take/", persons.take_role, name="take_role"),
    path("office/people/<str:uid>/look/", viewing.begin, name="look_as"),
    path("office/people/<str:uid>/hand-over/", handover.everything, name="hand_over"),
    path("look/end/", viewing.end, name="look_end"),
    path("office/deputies/", deputies.deputy_list, name="deputies"),
    path("office/deputies/new/", deputies.new, name="deputy_new"),
    path("office/deputies/<str:uid>/end/", deputies.end, name="deputy_end"),
    path("who/", duties.page, name="duties"),
    path("office/duties/new/", duties.new, name="duty_new"),
    path("office/duties/<str:uid>/", duties.edit, name="duty_edit"),
    path("office/duties/<str:uid>/remove/", duties.remove, name="duty_remove"),
]
