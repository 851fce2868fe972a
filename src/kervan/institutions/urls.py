from django.urls import path

from kervan.institutions.urls_facts import urlpatterns as facts
from kervan.institutions.views import charters, confirming, contacts, directory, merging, networks, partners, visits

app_name = "institutions"
urlpatterns = [
    *facts,
    path("institutions/", directory.directory, name="directory"),
    path("institutions/<str:uid>/", directory.page, name="page"),
    path("office/partners/", partners.partner_list, name="partners"),
    path("office/partners/new/", partners.partner_new, name="partner_new"),
    path("office/partners/new/university/", partners.university_new, name="university_new"),
    path("office/partners/choose/", partners.choose, name="choose"),
    path("office/partners/<str:uid>/", partners.partner, name="partner"),
    path("office/partners/<str:uid>/edit/", partners.partner_edit, name="partner_edit"),
    path("office/partners/<str:uid>/hand-over/", partners.partner_hand_over, name="partner_hand_over"),
    path("office/contacts/", contacts.contact_list, name="contacts"),
    path("office/contacts/new/", contacts.contact_new, name="contact_new"),
    path("office/contacts/<str:uid>/", contacts.contact, name="contact"),
    path("office/contacts/<str:uid>/edit/", contacts.contact_edit, name="contact_edit"),
    path("office/contacts/<str:uid>/right/", contacts.contact_confirm, name="contact_confirm"),
    path("office/contacts/<str:uid>/ask/", contacts.contact_ask, name="contact_ask"),
    path("office/contacts/<str:uid>/left/", contacts.contact_left, name="contact_left"),
    path("office/contacts/<str:uid>/back/", contacts.contact_back, name="contact_back"),
    path("office/contacts/<str:uid>/merge/<str:other>/", contacts.contact_merge, name="contact_merge"),
    path("office/visits/", visits.visit_list, name="visits"),
    path("office/visits/new/", visits.visit_new, name="visit_new"),
    path("office/visits/<str:uid>/", visits.visit, name="visit"),
    path("office/visits/<str:uid>/edit/", visits.visit_edit, name="visit_edit"),
    path("office/visits/<str:uid>/report/", visits.visit_report, name="visit_report"),
    path("office/visits/<str:uid>/follow-up/", visits.visit_follow_up, name="visit_follow_up"),
    path("office/networks/", networks.network_list, name="networks"),
    path("office/networks/new/", networks.network_new, name="network_new"),
    path("office/networks/<str:uid>/", networks.network, name="network"),
    path("office/networks/<str:uid>/edit/", networks.network_edit, name="network_edit"),
    path("office/universities/duplicates/", merging.duplicates, name="duplicates"),
    path("office/universities/<str:uid>/merge/<str:other>/", merging.merge, name="merge"),
    path("office/charters/", charters.charter_lists, name="charter_lists"),
    path("office/charters/<str:uid>/", charters.charter_list, name="charter_list"),
    path("office/charters/<str:uid>/apply/", charters.charter_apply, name="charter_apply"),
    path("office/charters/<str:uid>/discard/", charters.charter_discard, name="charter_discard"),
    path("confirm/<str:token>/", confirming.confirm, name="confirm"),
]
