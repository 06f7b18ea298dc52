"""The page without log-in, and choosing what stands on it."""

import hashlib
import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.models import Body, Premises, Structure, User
from groups.signed_in import me
from meetings import publishing
from meetings.forms_rooms import PublishForm
from meetings.lists import PUBLISHED
from meetings.models import Meeting, Publication
from meetings.openpage import draft_of, open_page, open_premises, seen_of, seen_there, with_things
from meetings.publishing import Thing, why_not
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download

_SECTION = {"section": "premises"}
#: A browser or a proxy may show the page this long without asking; then it asks, and is answered 304 where nothing is new.
SECONDS = 30


@login_not_required
@require_safe
def residents(request: HttpRequest, language: str) -> HttpResponseBase:
    """The open page in one language. It is the same for everyone: no cookie is read or set (OpenPageMiddleware)."""
    with translation.override(language):
        structure = Structure.objects.visible_to(None).first()
        context = {"shown": open_page(), "structure": structure, "language": language}
        response = render(request, "open/page.html", context)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    modified = _modified_at(language, etag)
    if modified:
        response.headers["Last-Modified"] = http_date(modified)
    return get_conditional_response(request, etag=etag, last_modified=modified, response=response) or response


def _modified_at(language: str, etag: str) -> int | None:
    """The second in which the page was first seen as it is now; None while that second lasts, since another change
    in it would bear the same time (RFC 9110, 8.8.2.2). It changes by the clock too: who is there, open or closed."""
    now = int(time.time())
    seen, since = cache.get(f"open-page-{language}", ("", 0))
    if seen != etag:
        cache.set(f"open-page-{language}", (etag, now), timeout=None)
        return None
    return since if since < now else None


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """What is published, and what could be."""
    user = _publisher(request)
    rows = list(with_things(Publication.objects.visible_to(user)))
    shown = set(Publication.objects.visible_to(user).shown().values_list("pk", flat=True))
    meetings = Meeting.objects.visible_to(user).filter(
        audience=Meeting.Audience.PUBLIC, status=Meeting.Status.CALLED, ends_at__gte=timezone.now()
    )
    bodies = Body.objects.visible_to(user).exclude(kind=Body.Kind.CASE)
    file_rows = [(row, row.pk in shown) for row in rows]
    if file := download(request, _("The open page"), PUBLISHED, file_rows):
        return file
    context = {
        "rows": [(row, row.pk in shown, thing_of(row)) for row in rows],
        "premises": Premises.objects.visible_to(user).live().filter(publication=None).in_order(),
        "meetings": meetings.filter(publication=None).select_related("body").order_by("starts_at"),
        "bodies": bodies.filter(publication=None).in_order(),
    }
    return render(request, "open/publications.html", context | _SECTION)


def thing_of(row: Publication) -> Thing:
    found = row.premises or row.meeting or row.body
    assert found is not None
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Writes the words and shows exactly what residents will see; only what was shown can be published."""
    user = me(request)
    thing = _thing(user, kind, pk)
    _publisher(request)
    standing = Publication.objects.visible_to(user).filter(**{kind: thing}).first()
    first = {"heading": standing.heading, "text": standing.text} if standing else {"heading": _name(thing)}
    form = PublishForm(
        request.POST if request.method == "POST" else None, thing=thing, by=user, initial=first
    )
    if form.is_valid() and "publish" in request.POST and form.is_previewed and form.save():
        messages.success(request, _("Residents can see it now."))
        return redirect("publications")
    words = form.cleaned_data if form.is_bound and form.is_valid() else first
    draft = draft_of(thing, words.get("heading", ""), words.get("text", ""))
    context = {
        "thing": thing,
        "standing": standing,
        "form": form,
        "why_not": why_not(thing),
        "preview": open_premises(draft) if kind == "premises" else draft,
        "kind": kind,
        "previewed": seen_of(draft),
        "agencies": seen_there(thing) if isinstance(thing, Premises) else [],
        "is_changed": form.is_bound and form.is_valid() and not form.is_previewed,
    }
    return page(request, "open/publish.html", context | _SECTION, form)


@require_POST
def unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    user = _publisher(request)
    row = get_for(user, Publication, pk=pk)
    publishing.unpublish(row, by=user)
    messages.success(request, _("Residents no longer see it."))
    return redirect("publications")


def _publisher(request: HttpRequest) -> User:
    user = me(request)
    if not publishing.may_publish(user):
        raise PermissionDenied("Coordinators choose what is published.")
    return user


def _thing(user: User, kind: str, pk: int) -> Thing:
    rows: dict[str, Any] = {
        "premises": Premises.objects.visible_to(user).with_times(),
        "body": Body.objects.visible_to(user),
        "meeting": Meeting.objects.visible_to(user).select_related("body", "room__premises"),
    }
    found: Thing = get_for(user, rows[kind], pk=pk)
    return found


def _name(thing: Thing) -> str:
    """What the heading begins from: a meeting's own title is for those who are called."""
    return thing.body.name if isinstance(thing, Meeting) else thing.name
