"""What the pages of planning have in common: a form on a page of its own, and saving it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from groups.forms_plan import PlanForm
from groups.models import User
from groups.models.planning import plans
from samverkan.audience import Sees
from samverkan.pages import page

PLAN_SECTION = {"section": "plan"}


def saved(request: HttpRequest, form: PlanForm) -> Any:
    """What the form's verb made; None before it is sent, and where something in it is wrong."""
    return form.save() if request.method == "POST" and form.is_valid() else None


def form_page(
    request: HttpRequest,
    form: PlanForm,
    *,
    part: str,
    title: str,
    button: str,
    back: str,
    crumb: str = "",
    lead: str = "",
    sees: Sees | None = None,
) -> HttpResponse:
    """A form alone on a page: ``title``, what the button does, the way back and the strip of what is written to."""
    context = PLAN_SECTION | {
        "part": part,
        "form": form,
        "title": title,
        "button": button,
        "back": back,
        "crumb": crumb,
        "lead": lead,
        "sees": sees,
    }
    return page(request, "programme/form.html", context, form)


def refuse_others(user: User) -> None:
    """Stop those who plan under no agreement, where what they would begin has no row to ask yet.

    Raises:
        PermissionDenied: they plan nowhere.
    """
    if not plans(user):
        raise PermissionDenied("plan is not allowed here.")
