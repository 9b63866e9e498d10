from django.urls import path, re_path

from accreditation.forecast import summaries, views

urlpatterns = [
    path("accreditation/forecast/", views.forecast_page, name="forecast"),
    path("accreditation/closest/", views.closest_page, name="closest"),
    path("accreditation/lacking/<str:code>/", views.lacking_page, name="lacking"),
    re_path(r"^accreditation/briefing/(?P<form>docx|pdf|xlsx)/$", views.briefing, name="briefing"),
    path("accreditation/summaries/", summaries.summary_list, name="stage_summaries"),
    path("accreditation/summaries/<str:kind>/", summaries.summary_save, name="stage_summary_save"),
]
