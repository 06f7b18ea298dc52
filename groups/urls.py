"""The structure and its bodies."""

from django.urls import path

from groups.views import leaving, structure

urlpatterns = [
    path("", structure.structure, name="structure"),
    path("hand-overs/", leaving.hand_overs, name="hand_overs"),
    path("hand-overs/prepare/", leaving.prepare, name="hand_over_prepare"),
    path("hand-overs/<int:pk>/", leaving.hand_over, name="hand_over"),
    path("hand-overs/things/<int:pk>/give/", leaving.give, name="hand_over_give"),
    path("hand-overs/things/<int:pk>/accept/", leaving.accept, name="hand_over_accept"),
    path("hand-overs/things/<int:pk>/decline/", leaving.decline, name="hand_over_decline"),
    path("hand-overs/things/<int:pk>/release/", leaving.release, name="hand_over_release"),
    path("seats/<int:pk>/end/", leaving.end_membership, name="membership_end"),
    path("employments/<int:pk>/end/", leaving.end_employment, name="employment_end"),
    path("<slug:key>/", structure.body, name="body"),
    path("<slug:key>/members/add/", structure.add_member, name="member_add"),
]
