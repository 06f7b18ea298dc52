"""The start page, meetings and what hangs on them."""

from django.urls import path

from meetings.views import actions, answers, calling, exports, live, minutes, today

urlpatterns = [
    path("", today.today, name="today"),
    path("meetings/", calling.meetings, name="meetings"),
    path("meetings/new/", calling.new, name="meeting_new"),
    path("meetings/<int:pk>/", calling.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", calling.edit, name="meeting_edit"),
    path("meetings/<int:pk>/who/", calling.who, name="meeting_who"),
    path("meetings/<int:pk>/call/", calling.call, name="meeting_call"),
    path("meetings/<int:pk>/cancel/", calling.cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/calendar.ics", calling.calendar, name="meeting_calendar"),
    path("meetings/<int:pk>/answer/", answers.signed_in, name="meeting_answer"),
    path("meetings/<int:pk>/items/new/", calling.new_item, name="item_new"),
    path("meetings/<int:pk>/items/<int:item>/edit/", calling.edit_item, name="item_edit"),
    path("meetings/<int:pk>/items/<int:item>/move/", calling.move_item, name="item_move"),
    path("meetings/<int:pk>/live/", live.live, name="meeting_live"),
    path("meetings/<int:pk>/live/open/", live.open_meeting, name="meeting_open"),
    path("meetings/<int:pk>/live/attendance/", live.attendance, name="meeting_attendance"),
    path("meetings/<int:pk>/live/rest/", live.note_rest, name="meeting_note_rest"),
    path("meetings/<int:pk>/live/<int:item>/", live.item, name="item_live"),
    path("meetings/<int:pk>/live/<int:item>/decisions/", live.decide, name="item_decide"),
    path(
        "meetings/<int:pk>/live/<int:item>/decisions/<int:decision>/remove/",
        live.remove_decision,
        name="decision_remove",
    ),
    path("meetings/<int:pk>/live/<int:item>/actions/", live.agree, name="item_agree"),
    path(
        "meetings/<int:pk>/live/<int:item>/actions/<int:action>/remove/",
        live.remove_action,
        name="action_remove",
    ),
    path("meetings/<int:pk>/hold/", live.hold, name="meeting_hold"),
    path("meetings/<int:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<int:pk>/minutes/submit/", minutes.submit, name="minutes_submit"),
    path("meetings/<int:pk>/minutes/return/", minutes.send_back, name="minutes_return"),
    path("meetings/<int:pk>/minutes/approve/", minutes.approve, name="minutes_approve"),
    path("meetings/<int:pk>/minutes.<str:file_format>", exports.minutes_file, name="minutes_file"),
    path("actions/", actions.actions, name="actions"),
    path("actions/<int:pk>/finish/", actions.finish, name="action_finish"),
    path("answer/<str:token>/", answers.by_link, name="answer"),
]
