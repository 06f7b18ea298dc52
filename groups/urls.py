"""The structure and its bodies."""

from django.urls import path

from groups import views

urlpatterns = [
    path("", views.structure, name="structure"),
    path("<slug:key>/", views.body, name="body"),
    path("<slug:key>/members/add/", views.add_member, name="member_add"),
]
