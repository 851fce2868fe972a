"""Addresses of what every list brings along: saved views, actions on many rows, frozen tables."""

from django.urls import path

from kervan.core.views import bulk, frozen, saved_views

urlpatterns = [
    path("office/views/", saved_views.view_list, name="views"),
    path("office/views/save/", saved_views.view_save, name="view_save"),
    path("office/views/<str:uid>/change/", saved_views.view_change, name="view_change"),
    path("office/views/<str:uid>/delete/", saved_views.view_delete, name="view_delete"),
    path("office/many/of/<str:list_name>/", bulk.choose, name="bulk"),
    path("office/many/<str:uid>/", bulk.page, name="bulk_run"),
    path("office/many/<str:uid>/apply/", bulk.apply, name="bulk_apply"),
    path("office/many/<str:uid>/progress/", bulk.progress, name="bulk_progress"),
    path("office/tables/", frozen.table_list, name="tables"),
    path("office/tables/freeze/", frozen.freeze, name="freeze"),
    path("office/tables/<str:uid>/", frozen.table, name="table"),
    path("office/tables/<str:uid>/<str:kind>/", frozen.table_file, name="table_file"),
]
