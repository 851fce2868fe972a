"""Addresses of partners' addresses: ours to make and look after them, theirs behind the token."""

from django.urls import path

from kervan.agreements.views import links, partner_codes, partner_pages, partner_records

urlpatterns = [
    path("office/partner-links/of/<str:uid>/", links.of_partner, name="links"),
    path("office/partner-links/of/<str:uid>/new/", links.new, name="links_new"),
    path("office/partner-links/agreement/<str:uid>/", links.offer, name="links_offer"),
    path("office/partner-links/<str:uid>/", links.page, name="links_page"),
    path("office/partner-links/<str:uid>/send/", links.send, name="links_send"),
    path("office/partner-links/<str:uid>/address/", links.show, name="links_show"),
    path("office/partner-links/<str:uid>/lengthen/", links.lengthen, name="links_lengthen"),
    path("office/partner-links/<str:uid>/revoke/", links.revoke, name="links_revoke"),
    path("partner/<str:token>/", partner_pages.home, name="link_home"),
    path("partner/<str:token>/code/", partner_codes.code, name="link_code"),
    path("partner/<str:token>/code/send/", partner_codes.send_code, name="link_send_code"),
    path("partner/<str:token>/code/check/", partner_codes.check_code, name="link_check_code"),
    path("partner/<str:token>/fact-sheet/", partner_records.facts, name="link_facts"),
    path("partner/<str:token>/fact-sheet/confirm/", partner_records.confirm_facts, name="link_confirm_facts"),
    path("partner/<str:token>/people/", partner_records.contacts, name="link_contacts"),
    path("partner/<str:token>/people/<str:uid>/", partner_records.contact, name="link_contact"),
    path("partner/<str:token>/people/<str:uid>/confirm/", partner_records.confirm_contact, name="link_confirm_contact"),
    path("partner/<str:token>/people/<str:uid>/other/", partner_records.successor, name="link_successor"),
    path("partner/<str:token>/<str:uid>/", partner_pages.version, name="link_version"),
    path("partner/<str:token>/<str:uid>/pdf/<str:language>/", partner_pages.pdf, name="link_pdf"),
    path("partner/<str:token>/<str:uid>/comment/", partner_pages.comment, name="link_comment"),
    path("partner/<str:token>/<str:uid>/answer/", partner_pages.answer, name="link_answer"),
]
