"""Cases, their seats, records and disclosures, and the access log."""

from django.urls import path

from interventions import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("new/", views.new, name="case_new"),
    path("log/", views.log, name="access_log"),
    path("<uuid:pk>/", views.case, name="case"),
    path("<uuid:pk>/close/", views.close, name="case_close"),
    path("<uuid:pk>/seats/new/", views.new_seat, name="seat_new"),
    path("<uuid:pk>/seats/<uuid:seat>/end/", views.end_seat, name="seat_end"),
    path("<uuid:pk>/notes/new/", views.new_note, name="note_new"),
    path("<uuid:pk>/records/<uuid:record>/", views.record, name="record"),
    path("<uuid:pk>/disclose/", views.disclose, name="disclose"),
    path("<uuid:pk>/disclosures/<uuid:disclosure>/", views.disclosure, name="disclosure"),
    path("<uuid:pk>/disclosures/<uuid:disclosure>/revoke/", views.revoke, name="disclosure_revoke"),
]
