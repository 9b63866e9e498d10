from django.urls import path

from stations import (
    check_views,
    draft_views,
    figures_views,
    file_views,
    print_views,
    record_views,
    region_views,
    section_views,
    template_views,
    video_views,
    views,
)
from stations.photos import choose_views, link_views, list_views

_record = "stations/<str:code>/<slug:section>/<slug:kind>/<str:key>/"

urlpatterns = [
    path(
        "stations/<str:code>/regulations/templates/",
        template_views.regulation_templates,
        name="regulation_templates",
    ),
    path(
        "stations/<str:code>/duties/templates/",
        template_views.duty_templates,
        name="duty_templates",
    ),
    path("manage/regions/", region_views.manage_regions, name="manage_regions"),
    path("manage/regions/<str:code>/", region_views.region_edit, name="region_edit"),
    path("manage/regions/<str:code>/new/", region_views.region_new, name="region_new"),
    path("manage/regions/<str:code>/move/", region_views.region_move, name="region_move"),
    path("manage/regions/<str:code>/merge/", region_views.region_merge, name="region_merge"),
    path("manage/regions/<str:code>/station/", region_views.region_station, name="region_station"),
    path("manage/figures/", figures_views.figures, name="figures"),
    path("drafts/", draft_views.drafts_of_form, name="drafts"),
    path("drafts/discard/", draft_views.draft_discard, name="draft_discard"),
    path("stations/", views.station_list, name="stations"),
    path("stations/<str:code>/edit/", views.station_edit, name="station_edit"),
    path("stations/<str:code>/prints/", print_views.prints, name="prints"),
    path(
        "stations/<str:code>/prints/<slug:name>/<slug:form>/", print_views.print_now, name="print"
    ),
    path(
        "stations/<str:code>/prints/<slug:name>/<slug:form>/later/",
        print_views.print_later,
        name="print_later",
    ),
    path("stations/<str:code>/photos/", list_views.photos, name="photos"),
    path("stations/<str:code>/photos/upload/", list_views.photos_upload, name="photos_upload"),
    path(
        "stations/<str:code>/photos/captions/", list_views.photos_captions, name="photos_captions"
    ),
    path("stations/<str:code>/photos/place/", choose_views.photos_place, name="photos_place"),
    path("stations/<str:code>/<slug:section>/", section_views.section_list, name="section"),
    path(
        "stations/<str:code>/<slug:section>/<slug:kind>/new/",
        record_views.record_new,
        name="record_new",
    ),
    path(_record, record_views.record_edit, name="record"),
    path(f"{_record}delete/", record_views.record_delete, name="record_delete"),
    path(f"{_record}files/", file_views.record_files, name="record_files"),
    path(f"{_record}videos/", video_views.video_begin, name="video_begin"),
    path(f"{_record}files/pick/", choose_views.record_pick, name="record_pick"),
    path(f"{_record}check/", check_views.record_check, name="record_check"),
    path("incoming/<str:incoming_code>/", video_views.video_piece, name="video_piece"),
    path("incoming/<str:incoming_code>/finish/", video_views.video_finish, name="video_finish"),
    path("incoming/<str:incoming_code>/discard/", video_views.video_discard, name="video_discard"),
    path("files/<str:file_code>/", file_views.file_content, name="file"),
    path("files/<str:file_code>/page/", file_views.file_page, name="file_page"),
    path("files/<str:file_code>/state/", file_views.file_state, name="file_state"),
    path("files/<str:file_code>/small/", file_views.file_thumbnail, name="file_thumbnail"),
    path("links/<int:link_id>/", link_views.link_page, name="link"),
    path("links/<int:link_id>/caption/", link_views.link_caption, name="link_caption"),
    path("links/<int:link_id>/order/", link_views.link_order, name="link_order"),
    path("links/<int:link_id>/move/", choose_views.link_move, name="link_move"),
    path("links/<int:link_id>/prepare/", video_views.video_prepare, name="video_prepare"),
    path("links/<int:link_id>/remove/", link_views.link_remove, name="link_remove"),
]
