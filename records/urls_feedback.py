from django.urls import path

from records import feedback_views as views

urlpatterns = [
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/send/", views.feedback_send, name="feedback_send"),
    path("feedback/<int:pk>/answer/", views.feedback_answer, name="feedback_answer"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read_all, name="notices_read_all"),
    path("notices/<int:pk>/read/", views.notice_read, name="notice_read"),
]
