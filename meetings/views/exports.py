"""Minutes as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from groups.signed_in import me
from meetings.exports import MAKERS, file_for
from meetings.models import Minutes
from samverkan.access import get_for


@require_safe
def minutes_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    if file_format not in MAKERS:
        raise Http404("No such page.")
    user = me(request)
    rows = Minutes.objects.visible_to(user).select_related(
        "meeting__body", "meeting__agreement", "meeting__room__premises"
    )
    minutes = get_for(user, rows, "export", meeting=pk)
    minutes.meeting.minutes = minutes
    file = file_for(minutes.meeting, file_format, user)
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    return HttpResponse(
        file.content,
        content_type=file.mime_type,
        headers={"Content-Disposition": disposition or "attachment"},
    )
