"""The structure and its bodies."""

from django.urls import path

from groups.views import structure

urlpatterns = [
    path("", structure.structure, name="structure"),
    path("<slug:key>/", structure.body, name="body"),
    path("<slug:key>/members/add/", structure.add_member, name="member_add"),
]
