from django.urls import path

from veterans import (
    bulk_views,
    export_request_views,
    export_views,
    fault_views,
    import_views,
    merge_views,
    number_views,
    paper_views,
    roster_views,
    saved_views,
    story_views,
    transfer_views,
    unit_views,
    views,
)
from veterans.editions import urls as editions

urlpatterns = [
    path("stations/<str:code>/find/people/", views.find_people, name="find_people"),
    path("veterans/", roster_views.roster, name="veterans"),
    path("veterans/search/", number_views.roster_search, name="roster_search"),
    path("veterans/bulk/", bulk_views.bulk_preview, name="bulk_preview"),
    path("veterans/bulk/apply/", bulk_views.bulk_apply, name="bulk_apply"),
    path("veterans/bulk/edits/", bulk_views.bulk_edits, name="bulk_edits"),
    path("veterans/bulk/edits/<slug:code>/", bulk_views.bulk_edit, name="bulk_edit"),
    path("veterans/bulk/edits/<slug:code>/undo/", bulk_views.bulk_undo, name="bulk_undo"),
    path("veterans/views/", saved_views.view_save, name="roster_view_save"),
    path("veterans/views/<slug:view_code>/", saved_views.view_open, name="roster_view"),
    path(
        "veterans/views/<slug:view_code>/delete/",
        saved_views.view_delete,
        name="roster_view_delete",
    ),
    path("stations/<str:code>/roster/faults/", fault_views.station_faults, name="station_faults"),
    path("veterans/faults/", fault_views.veterans_faults, name="veterans_faults"),
    path("veterans/faults/check/", fault_views.faults_check, name="faults_check"),
    path("veterans/faults/<int:pk>/close/", fault_views.fault_close, name="fault_close"),
    path(
        "veterans/merge/<slug:left_code>/<slug:right_code>/",
        merge_views.veterans_merge,
        name="veterans_merge",
    ),
    path("veterans/transfers/", transfer_views.transfer_list, name="transfers"),
    path("veterans/transfers/ask/", transfer_views.transfer_ask, name="transfer_ask"),
    path(
        "veterans/transfers/<int:pk>/answer/",
        transfer_views.transfer_answer,
        name="transfer_answer",
    ),
    path(
        "veterans/transfers/<int:pk>/withdraw/",
        transfer_views.transfer_withdraw,
        name="transfer_withdraw",
    ),
    path("veterans/import/", import_views.import_start, name="veterans_import"),
    path("veterans/import/upload/", import_views.import_upload, name="import_upload"),
    path("veterans/import/template/", export_views.veterans_template, name="veterans_template"),
    path("veterans/export/", export_views.roster_export, name="roster_export"),
    path("veterans/<str:person_code>/unit/", unit_views.person_unit, name="person_unit"),
    path("stories/", story_views.stories, name="stories"),
    path("stories/<int:pk>/", story_views.story, name="story"),
    path("stories/<int:pk>/alike/<int:other>/", story_views.story_compare, name="story_compare"),
    path("stories/<int:pk>/release/", story_views.story_release, name="story_release"),
    path("exhibits/<int:pk>/", story_views.exhibit, name="exhibit"),
    path(
        "veterans/<str:person_code>/papers/<slug:paper>.<slug:form>",
        paper_views.person_paper,
        name="person_paper",
    ),
    path("veterans/exports/", export_request_views.export_requests_list, name="export_requests"),
    path(
        "veterans/exports/<slug:code>/", export_request_views.export_request, name="export_request"
    ),
    path(
        "veterans/exports/<slug:code>/answer/",
        export_request_views.export_request_answer,
        name="export_request_answer",
    ),
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
    path(
        "veterans/<str:person_code>/transfer/", transfer_views.transfer_out, name="person_transfer"
    ),
    path("veterans/<str:person_code>/unmask/", views.person_unmask, name="person_unmask"),
    *editions.urlpatterns,
]
