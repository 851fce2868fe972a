"""Addresses of the imports into a call."""

from django.urls import URLPattern, URLResolver, path

from kervan.selection.views import imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("office/calls/<str:uid>/import/", imports.uploads, name="imports"),
    path("office/calls/<str:uid>/import/sample/<str:kind>/", imports.sample, name="import_sample"),
    path("office/calls/<str:uid>/import/<str:batch_uid>/", imports.batch, name="import_batch"),
    path("office/calls/<str:uid>/import/<str:batch_uid>/columns/", imports.columns, name="import_columns"),
    path("office/calls/<str:uid>/import/<str:batch_uid>/apply/", imports.apply, name="import_apply"),
    path("office/calls/<str:uid>/import/<str:batch_uid>/discard/", imports.discard, name="import_discard"),
]
