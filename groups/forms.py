"""The forms that give a person a seat in a body, change what it means."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.forms_mandates import MandateForm
from groups.memberships import Seat, add_member, change_member
from groups.models import Agency, Body, Membership, User
from groups.roles import Function
from samverkan.fields import DayField
from samverkan.pages import attempt


class PersonField(forms.ModelChoiceField):
    """People by name, each with title and agency, since two may have one name."""

    def label_from_instance(self, obj: Any) -> str:
        work = obj.workplace
        return f"{obj.name} – {work.title}, {work.unit.agency.label}" if work else obj.name


class SeatForm(MandateForm):
    """What a seat means. Whether somebody leads at their agency is asked where the law asks: in the council."""

    function = forms.ChoiceField(label=_("Function"), choices=Function.choices, initial=Function.MEMBER)
    substitutes_for = PersonField(
        label=_("Substitutes for"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("A substitute stands in for one member, or for anyone from one agency."),
    )
    substitutes_for_agency = forms.ModelChoiceField(
        label=_("Substitutes for anyone from"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("No agency"),
    )
    leading = forms.BooleanField(
        label=_("Holds a leading position at the agency"),
        required=False,
        help_text=_(
            "In the strategic council, agencies are represented by people in leading positions (2023:196 § 10)."
        ),
    )

    def __init__(self, *args: Any, body: Body, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body, self.by = body, by
        people = User.objects.get_queryset().visible_to(by).with_workplaces().in_order()
        self._offer("substitutes_for", people.filter(pk__in=body.memberships.live().values("user")))
        self._offer("substitutes_for_agency", Agency.objects.visible_to(by).live().in_order())
        if body.kind != Body.Kind.COUNCIL:
            del self.fields["leading"]

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def seat(self) -> dict[str, Any]:
        """The fields of ``Seat``."""
        return {name: value for name, value in self.cleaned_data.items() if name in Seat.__annotations__}


class LateForm(forms.Form):
    """With the tick ``late``, which is shown once the verb has asked for it."""

    late = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def add_error(self, field: Any, error: Any) -> None:
        super().add_error(field, error)
        if field == "late":
            self._show()

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.cleaned_data.get("late"):
            self._show()

    def _show(self) -> None:
        self.fields["late"].widget = forms.CheckboxInput()


class MemberForm(LateForm, SeatForm):
    """Ends in the verb ``add_member``; offers the people who work in the structure today."""

    user = PersonField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose a person"))
    valid_from = DayField(label=_("First day"), help_text=_("For example, 2026-12-03, 3 Dec or today."))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it applies until further notice.")
    )
    late = forms.BooleanField(
        label=_("The person had the seat from that day; I am adding it afterwards"),
        required=False,
        widget=forms.HiddenInput,
    )
    field_order = (
        "user",
        "function",
        "substitutes_for",
        "substitutes_for_agency",
        "leading",
        "valid_from",
        "late",
        "valid_to",
    )

    def __init__(self, *args: Any, body: Body, by: User, **kwargs: Any) -> None:
        super().__init__(*args, body=body, by=by, **kwargs)
        people = User.objects.get_queryset().visible_to(by)
        if body.kind == Body.Kind.CASE:
            people = people.at_authorities()
        self._offer("user", people.with_workplaces().in_order())
        self.fields["valid_from"].initial = timezone.localdate

    def save(self) -> Membership | None:
        """The new seat, or None where the verb refuses; its reasons are then beside the fields."""
        return attempt(self, lambda: add_member(self.body, **self.cleaned_data))


class ChangeMemberForm(SeatForm):
    """Ends in the verb ``change_member``."""

    from_day = DayField(
        label=_("Applies from"),
        help_text=_(
            "The seat as it was until then stays among the former members. To correct it instead, "
            "enter the first day of the seat."
        ),
    )
    field_order = ("function", "substitutes_for", "substitutes_for_agency", "leading", "mandate")

    def __init__(self, *args: Any, membership: Membership, by: User, **kwargs: Any) -> None:
        names = (
            "function",
            "mandate",
            "commits",
            "commits_within",
            "leading",
            "substitutes_for",
            "substitutes_for_agency",
        )
        initial = {name: getattr(membership, name) for name in names} | {"from_day": timezone.localdate()}
        super().__init__(*args, body=membership.body, by=by, initial=initial, **kwargs)
        self.membership = membership

    def save(self) -> Membership | None:
        seat = Seat(**self.seat() | {"leading": self.cleaned_data.get("leading", self.membership.leading)})
        day = self.cleaned_data["from_day"]
        return attempt(self, lambda: change_member(self.membership, seat=seat, from_day=day, by=self.by))
