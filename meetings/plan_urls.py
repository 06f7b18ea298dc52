"""Plan, where it meets meetings: the thread of a problem, a measure, a programme and how it was adopted."""

from django.urls import path

from meetings.views import plan

urlpatterns = [
    path("problems/<int:pk>/", plan.problem, name="problem"),
    path("measures/<int:pk>/", plan.measure, name="measure"),
    path("measures/<int:pk>/actions/", plan.tie, name="measure_tie"),
    path("programmes/<int:pk>/", plan.programme, name="programme"),
    path("programmes/<int:pk>/pdf/", plan.programme_file, name="programme_file"),
    path("programmes/<int:pk>/adopt/", plan.adopt, name="programme_adopt"),
]
