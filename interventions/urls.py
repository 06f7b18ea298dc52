"""Cases, their seats, records and disclosures, and the access log."""

from django.urls import path

from interventions.views import cases, disclosures, log, records, seats

urlpatterns = [
    path("", cases.cases, name="cases"),
    path("new/", cases.new, name="case_new"),
    path("log/", log.log, name="access_log"),
    path("<uuid:pk>/", cases.case, name="case"),
    path("<uuid:pk>/close/", cases.close, name="case_close"),
    path("<uuid:pk>/seats/new/", seats.new_seat, name="seat_new"),
    path("<uuid:pk>/seats/<uuid:seat>/end/", seats.end_seat, name="seat_end"),
    path("<uuid:pk>/notes/new/", records.new_note, name="note_new"),
    path("<uuid:pk>/records/<uuid:record>/", records.record, name="record"),
    path("<uuid:pk>/disclose/", disclosures.disclose, name="disclose"),
    path("<uuid:pk>/disclosures/<uuid:disclosure>/", disclosures.disclosure, name="disclosure"),
    path("<uuid:pk>/disclosures/<uuid:disclosure>/revoke/", disclosures.revoke, name="disclosure_revoke"),
]
