from __future__ import annotations

from django.urls import path

from tutorcloudfront.access.lms import views

urlpatterns = [
    path("cookies/<str:course_key>", views.cookies, name="cookies"),
    path("media/<path:path>", views.media, name="media"),
]
