"""The structure and its bodies."""

from django.urls import path

from groups.views import bodies, contacts, leaving, members, reorganising, structure, undertakings

urlpatterns = [
    path("", structure.structure, name="structure"),
    path("inventory/", bodies.inventory, name="inventory"),
    path("agencies/", contacts.agencies, name="agencies"),
    path("agencies/<slug:key>/services/", contacts.services, name="services"),
    path("agencies/<slug:key>/contacts/add/", contacts.add, name="contact_add"),
    path("agencies/<slug:key>/contacts/<int:pk>/", contacts.change, name="contact_change"),
    path("undertaking/", undertakings.undertaking, name="undertaking"),
    path("undertaking/all/", undertakings.undertakings, name="undertakings"),
    path("reorganisations/", reorganising.reorganisations, name="reorganisations"),
    path("reorganisations/new/", reorganising.new, name="reorganisation_new"),
    path("reorganisations/<int:pk>/", reorganising.reorganisation, name="reorganisation"),
    path("reorganisations/<int:pk>/units/", reorganising.pair, name="reorganisation_pair"),
    path("reorganisations/<int:pk>/carry-out/", reorganising.carry_out, name="reorganisation_carry_out"),
    path("reorganisations/<int:pk>/withdraw/", reorganising.withdraw, name="reorganisation_withdraw"),
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
    path("<slug:key>/edit/", bodies.edit, name="body_edit"),
    path("<slug:key>/below/new/", bodies.new, name="body_new"),
    path("<slug:key>/members/add/", members.add, name="member_add"),
    path("<slug:key>/members/<int:pk>/", members.change, name="member_change"),
]
