from django.urls import path

from activities.entry import quick_views, sign_in_views

_station = "stations/<str:code>/activities/"

urlpatterns = [
    path(f"{_station}quick/", quick_views.quick_activity, name="quick_activity"),
    path("sign-in/", sign_in_views.sign_in_code, name="sign_in_code"),
    path("sign-in/<str:code>/", sign_in_views.sign_in_sheet, name="sign_in"),
]
