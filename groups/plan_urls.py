"""Plan: situation reports, problems and goals, action programmes, methods."""

from django.urls import path

from groups.views import programme_measures as measures
from groups.views import programme_methods as methods
from groups.views import programme_problems as problems
from groups.views import programme_programmes as programmes
from groups.views import programme_reports as reports

urlpatterns = [
    path("", reports.reports, name="reports"),
    path("reports/new/", reports.new, name="report_new"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/edit/", reports.edit, name="report_edit"),
    path("reports/<int:pk>/versions/new/", reports.new_version, name="version_new"),
    path("reports/<int:pk>/versions/<int:number>/", reports.version, name="version"),
    path("reports/<int:pk>/versions/<int:number>/write/", reports.write, name="version_write"),
    path("reports/<int:pk>/versions/<int:number>/publish/", reports.publish, name="version_publish"),
    path("reports/<int:pk>/versions/<int:number>/files/", reports.attach, name="report_attach"),
    path("reports/<int:pk>/versions/<int:number>/files/<int:file>/", reports.file, name="report_file"),
    path(
        "reports/<int:pk>/versions/<int:number>/files/<int:file>/remove/",
        reports.detach,
        name="report_detach",
    ),
    path("reports/<int:pk>/problems/new/", problems.new, name="problem_new"),
    path("problems/", problems.problems, name="problems"),
    path("problems/new/", problems.choose, name="problem_choose"),
    path("problems/<int:pk>/edit/", problems.edit, name="problem_edit"),
    path("problems/<int:pk>/goals/new/", problems.new_goal, name="goal_new"),
    path("goals/<int:pk>/edit/", problems.edit_goal, name="goal_edit"),
    path("goals/<int:pk>/indicators/new/", problems.new_indicator, name="indicator_new"),
    path("indicators/<int:pk>/edit/", problems.edit_indicator, name="indicator_edit"),
    path("indicators/<int:pk>/values/new/", problems.new_value, name="value_new"),
    path("values/<int:pk>/correct/", problems.correct_value, name="value_correct"),
    path("problems/<int:pk>/measures/new/", measures.new, name="measure_new"),
    path("measures/<int:pk>/edit/", measures.edit, name="measure_edit"),
    path("measures/<int:pk>/hours/", measures.hours, name="measure_hours"),
    path("measures/<int:pk>/follow-up/", measures.follow_up, name="measure_follow_up"),
    path("measures/<int:pk>/close/", measures.close, name="measure_close"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.new, name="programme_new"),
    path("programmes/<int:pk>/edit/", programmes.edit, name="programme_edit"),
    path("programmes/<int:pk>/review/", programmes.review, name="programme_review"),
    path("methods/", methods.methods, name="methods"),
    path("methods/new/", methods.new, name="method_new"),
    path("methods/<int:pk>/", methods.method, name="method"),
    path("methods/<int:pk>/edit/", methods.edit, name="method_edit"),
    path("methods/<int:pk>/uses/new/", methods.use, name="method_use"),
    path("methods/<int:pk>/uses/<int:use>/end/", methods.end_use, name="method_use_end"),
    path("methods/<int:pk>/notes/new/", methods.tell, name="method_tell"),
]
