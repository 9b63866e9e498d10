from django.urls import path

from accounts import audit_views, bulk_views, user_views, views

urlpatterns = [
    path("login/", views.login_page, name="login"),
    path("logout/", views.logout_page, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("account/", views.account, name="account"),
    path("manage/users/", user_views.manage_users, name="manage_users"),
    path("manage/users/new/", user_views.user_new, name="user_new"),
    path("manage/users/stations/", bulk_views.users_stations, name="users_stations"),
    path("manage/users/import/", bulk_views.users_import, name="users_import"),
    path(
        "manage/users/import/confirm/",
        bulk_views.users_import_confirm,
        name="users_import_confirm",
    ),
    path("manage/users/template/", bulk_views.users_template, name="users_template"),
    path("manage/users/<int:pk>/", user_views.user_edit, name="user_edit"),
    path("manage/users/<int:pk>/disable/", user_views.user_disable, name="user_disable"),
    path("manage/users/<int:pk>/enable/", user_views.user_enable, name="user_enable"),
    path("manage/users/<int:pk>/reset/", user_views.user_reset, name="user_reset"),
    path("manage/users/<int:pk>/unlock/", user_views.user_unlock, name="user_unlock"),
    path("manage/users/<int:pk>/hand-over/", user_views.user_hand_over, name="user_hand_over"),
    path("manage/audit/", audit_views.manage_audit, name="manage_audit"),
    path("manage/audit/access/", audit_views.audit_access, name="audit_access"),
    path("manage/audit/<int:pk>/", audit_views.audit_entry, name="audit_entry"),
]
