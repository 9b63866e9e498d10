from django.urls import path

from accreditation.programmes import county_views, target_views, views

urlpatterns = [
    path("accreditation/targets/", target_views.target_list, name="targets"),
    path("accreditation/targets/<str:code>/", target_views.targets_region, name="targets_region"),
    path(
        "accreditation/targets/<str:code>/confirm/",
        target_views.targets_confirm,
        name="targets_confirm",
    ),
    path(
        "accreditation/targets/<str:code>/return/",
        target_views.targets_return,
        name="targets_return",
    ),
    path("accreditation/plans/<str:code>/", county_views.county_plan, name="county_plan"),
    path("accreditation/build-list/", county_views.build_list, name="build_list"),
    path("accreditation/build-list/add/", county_views.build_list_add, name="build_list_add"),
    path(
        "accreditation/build-list/<int:pk>/remove/",
        county_views.build_list_remove,
        name="build_list_remove",
    ),
    path("manage/programmes/", views.programme_list, name="manage_programmes"),
    path("manage/programmes/new/", views.programme_new, name="programme_new"),
    path("manage/programmes/<int:pk>/", views.programme_edit, name="programme_edit"),
    path(
        "manage/programmes/<int:pk>/current/",
        views.programme_make_current,
        name="programme_make_current",
    ),
]
