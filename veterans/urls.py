from django.urls import path

from veterans import export_views, import_views, views

urlpatterns = [
    path("stations/<str:code>/find/people/", views.find_people, name="find_people"),
    path("veterans/", views.roster, name="veterans"),
    path("veterans/import/", import_views.import_start, name="veterans_import"),
    path("veterans/import/upload/", import_views.import_upload, name="import_upload"),
    path("veterans/import/template/", export_views.veterans_template, name="veterans_template"),
    path("veterans/export/", export_views.roster_export, name="roster_export"),
    path("veterans/import/<slug:code>/", import_views.import_batch, name="import_batch"),
    path("veterans/import/<slug:code>/sheets/", import_views.import_sheets, name="import_sheets"),
    path("veterans/import/<slug:code>/rows/<int:pk>/", import_views.import_row, name="import_row"),
    path(
        "veterans/import/<slug:code>/decide/",
        import_views.import_decide_all,
        name="import_decide_all",
    ),
    path(
        "veterans/import/<slug:code>/confirm/", import_views.import_confirm, name="import_confirm"
    ),
    path("veterans/import/<slug:code>/undo/", import_views.import_undo, name="import_undo"),
    path(
        "veterans/import/<slug:code>/discard/", import_views.import_discard, name="import_discard"
    ),
    path(
        "veterans/import/<slug:code>/bad-rows/",
        import_views.import_bad_rows,
        name="import_bad_rows",
    ),
    path("veterans/<str:person_code>/unmask/", views.person_unmask, name="person_unmask"),
]
