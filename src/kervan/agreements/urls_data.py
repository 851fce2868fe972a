"""Imports, questions, balance: addresses that stand before those of a single agreement, whose uid could be any word."""

from django.urls import path

from kervan.agreements.views import balance, importing, questions

urlpatterns = [
    path("office/agreements/ask/", questions.ask, name="ask"),
    path("office/agreements/balance/", balance.balance_list, name="balance"),
    path("office/agreements/balance/<str:uid>/", balance.balance_of, name="balance_of"),
    path("office/agreements/balance/<str:uid>/record/", balance.record, name="record_use"),
    path("office/agreements/imports/", importing.uploads, name="imports"),
    path("office/agreements/imports/sample/", importing.sample, name="import_sample"),
    path("office/agreements/imports/<str:uid>/", importing.preview, name="import"),
    path("office/agreements/imports/<str:uid>/columns/", importing.columns, name="import_columns"),
    path("office/agreements/imports/<str:uid>/report/", importing.report, name="import_report"),
    path("office/agreements/imports/<str:uid>/apply/", importing.apply, name="import_apply"),
    path("office/agreements/imports/<str:uid>/discard/", importing.discard, name="import_discard"),
    path("office/agreements/imports/<str:uid>/undo/", importing.undo, name="import_undo"),
]
