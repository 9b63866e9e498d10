from django.urls import path

from accreditation.doubts import views

urlpatterns = [
    path("accreditation/doubts/", views.doubts, name="doubts"),
    path("accreditation/doubts/<int:pk>/close/", views.doubt_close, name="doubt_close"),
    path("accreditation/doubts/<int:pk>/explain/", views.doubt_explain, name="doubt_explain"),
]
