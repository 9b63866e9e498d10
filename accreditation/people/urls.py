"""People across the apps. The codes of people are 16 letters and digits, so that no other
address below /veterans/ is taken for one."""

from django.urls import path, re_path

from accreditation.people import views
from veterans import roster_views

_PERSON = r"^veterans/(?P<person_code>[a-z2-9]{16})/"

urlpatterns = [
    path("stations/<str:code>/roster/", roster_views.station_roster, name="station_roster"),
    path("veterans/contacts/", views.contact_page, name="contacts"),
    re_path(_PERSON + "$", views.person, name="person"),
    re_path(_PERSON + "status/$", views.person_status, name="person_status"),
]
