"""Addresses of fact sheets and of the public pages about our partners."""

from django.urls import path

from kervan.institutions.views import fact_sheets, public

urlpatterns = [
    path("fact-sheet/", fact_sheets.facts, name="facts"),
    path("fact-sheet/<str:language>.pdf", fact_sheets.facts_pdf, name="facts_pdf"),
    path("institutions/<str:uid>/fact-sheet/", fact_sheets.partner_facts, name="partner_facts"),
    path("partners/", public.partners, name="public_partners"),
    path("partners/<str:country>/", public.country, name="public_country"),
    path("office/fact-sheet/", fact_sheets.own, name="own_fact_sheet"),
    path("office/fact-sheet/edit/", fact_sheets.edit_own, name="own_fact_sheet_edit"),
    path("office/fact-sheet/confirm/", fact_sheets.confirm_own, name="own_fact_sheet_confirm"),
    path("office/partners/<str:uid>/fact-sheet/", fact_sheets.of_partner, name="fact_sheet"),
    path("office/partners/<str:uid>/fact-sheet/part/", fact_sheets.part, name="fact_sheet_part"),
    path("office/partners/<str:uid>/fact-sheet/edit/", fact_sheets.edit, name="fact_sheet_edit"),
    path("office/partners/<str:uid>/fact-sheet/confirm/", fact_sheets.confirm, name="fact_sheet_confirm"),
]
