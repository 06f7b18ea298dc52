"""Forms for planning, calling and answering."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from groups import hours
from groups.models import Body, Room, StandingGuest, Unit, User
from meetings.calling import standing_guests_of
from meetings.models import AgendaItem, Booking, Invitation, Meeting
from meetings.places import Concern, concerns_about, concerns_of, is_acknowledged
from meetings.visibility import units_in
from samverkan.fields import ClockField, DayField, LinkField

Audience = Meeting.Audience


class ReasonField(forms.CharField):
    """On the page only where the verb has asked for it, so nothing calls it optional; the verb refuses it empty."""

    def validate(self, value: Any) -> None:
        """The verb alone knows whether an agreement is in force on the day."""


def reason_field() -> ReasonField:
    """Asked for where the verb finds no agreement in force on the day, and nowhere else."""
    return ReasonField(
        label=_("Why the group is meeting without an agreement in force"),
        max_length=1000,
        help_text=_("Shown on the meeting's page and at the top of its minutes."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RoomField(forms.ModelChoiceField):
    """Rooms with what matters when one is chosen, those that are fit for confidential talk first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Room.objects.none(), label=_("Room"), **kwargs)

    def offer_to(self, user: User, standing: int | None = None) -> None:
        """Rooms of premises that are in use, and the one that is chosen already."""
        rooms = Room.objects.visible_to(user).select_related("premises")
        in_use = rooms.in_use(timezone.localdate())
        self.queryset = (rooms.filter(pk=standing) | in_use if standing else in_use).fit_first()

    def label_from_instance(self, obj: Any) -> str:
        words: list[Any] = [
            _("fit for confidential talk") if obj.confidential else _("talk can be overheard")
        ]
        if obj.premises.neutral_ground:
            words.append(_("neutral ground"))
        if obj.capacity:
            words.insert(
                0, ngettext("%(count)s seat", "%(count)s seats", obj.capacity) % {"count": obj.capacity}
            )
        return f"{obj} – {', '.join(str(word) for word in words)}"


class PlaceForm(forms.Form):
    """A form that chooses a place: what speaks against it is said first, and one tick goes on all the same."""

    acknowledged = forms.BooleanField(label=_("I have read this and still choose the place"), required=False)

    concerns: list[Concern]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concerns = []

    def weigh(self, concerns: list[Concern]) -> None:
        """Ask for the tick where something speaks against the place and it has not been given."""
        self.concerns = concerns
        if concerns and not self.cleaned_data.pop("acknowledged", False):
            self.add_error(
                "acknowledged", _("Read the objections to the place. Tick the box to choose it anyway.")
            )


def day_field() -> DayField:
    """The day of a meeting or a booking."""
    return DayField(
        label=_("Day"),
        help_text=_("For example, 2026-12-03, 3/12 or tomorrow."),
        earliest=date(2000, 1, 1),
    )


def refuse_skipped(form: forms.Form, day: date, clocks: dict[str, time | None]) -> None:
    """Say beside its field that the clock never shows a time that day, since summer time begins."""
    for name, clock in clocks.items():
        if clock is not None and hours.skipped(day, clock):
            words = _(
                "Summer time begins that night: the clock goes from 02:00 to 03:00. Choose another time."
            )
            form.add_error(name, words)


def about_twice(day: date, *clocks: time) -> str:
    """What to say where the clock shows a time two times that day; nothing on other days."""
    if any(hours.twice(day, clock) for clock in clocks):
        return gettext(
            "Summer time ends that night, and the clock shows 02:00–03:00 twice. The first of the two is used."
        )
    return ""


class WhenForm(PlaceForm):
    """When, where and for whom; what a draft and a called meeting share."""

    day = day_field()
    starts_at = ClockField(label=_("Starts"), help_text=_("For example, 13:00."))
    ends_at = ClockField(label=_("Ends"), help_text=_("For example, 15:00."))
    room = RoomField(required=False, empty_label=_("No room"))
    link = LinkField(label=_("Link for remote attendance"), required=False, max_length=200)
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("Shown in Samverkan only, never in email."),
    )
    audience = forms.ChoiceField(
        label=_("Visible to"),
        choices=[
            (choice.value, choice.label)
            for choice in (Audience.BODY, Audience.AUTHORITIES, Audience.STRUCTURE, Audience.PUBLIC)
        ],
        initial=Audience.BODY,
        help_text=_(
            "A single agenda item can be restricted to fewer people. A meeting for everyone can be put on the open page."
        ),
    )
    reason = reason_field()

    note = ""

    def __init__(self, *args: Any, user: User, room: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["room"]
        assert isinstance(field, RoomField)
        field.offer_to(user, standing=room)

    def clean(self) -> dict[str, Any]:
        """Join the day and the clock to moments. A time that summer time skips is refused; one that comes twice is the
        first, and ``note`` says so."""
        cleaned = super().clean() or {}
        day = cleaned.pop("day", None)
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at is not None and ends_at is not None and ends_at <= starts_at:
            self.add_error("ends_at", _("The meeting must end after it starts."))
        clocks = {name: cleaned.get(name) for name in ("starts_at", "ends_at")}
        if day:
            refuse_skipped(self, day, clocks)
            self.note = about_twice(day, *(clock for clock in clocks.values() if clock is not None))
        for name, clock in clocks.items():
            if day and clock is not None and name in cleaned:
                cleaned[name] = hours.moment(day, clock)
        if day and cleaned.get("starts_at") and cleaned.get("ends_at"):
            self.refuse_past(cleaned["starts_at"])
            self.weigh(self.against(cleaned))
        cleaned.pop("acknowledged", None)
        return cleaned

    def refuse_past(self, starts_at: datetime) -> None:
        """Nobody can be called to a time that has passed."""
        if starts_at <= timezone.now():
            self.add_error("day", _("That time has passed. Choose a later one."))

    def against(self, cleaned: dict[str, Any]) -> list[Concern]:
        """What speaks against the place that was chosen."""
        return _concerns(cleaned, cleaned.get("body"))


class NewMeetingForm(WhenForm):
    """Offers only the bodies whose meetings this person may call."""

    body = forms.ModelChoiceField(Body.objects.none(), label=_("Group"), empty_label=_("Choose a group"))

    field_order = ["body"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        body = self.fields["body"]
        assert isinstance(body, forms.ModelChoiceField)
        body.queryset = Body.objects.called_by(user).select_related("parent").in_order()
        self.bodies = list(body.queryset)
        # An address may name the group by its number, as the list of meetings does, or by its key, as its own page does.
        asked = str(self.initial.pop("body", ""))
        if named := [row.pk for row in self.bodies if asked in (str(row.pk), row.key)]:
            self.initial["body"] = named[0]
        if len(self.bodies) == 1:
            body.initial = self.bodies[0].pk

    def preview(self) -> Meeting | None:
        """What was chosen so far, never saved, for the strip that says who will see it; None without a body."""
        chosen = str(self["body"].value() or "")
        body = next((body for body in self.bodies if str(body.pk) == chosen), None)
        return Meeting(body=body, audience=_audience(self)) if body else None


class EditMeetingForm(WhenForm):
    """The same for a meeting that exists; its body stays."""

    def __init__(self, *args: Any, user: User, meeting: Meeting, **kwargs: Any) -> None:
        starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        kwargs["initial"] = {
            "day": starts.date(),
            "starts_at": starts.time(),
            "ends_at": ends.time(),
            "room": meeting.room_id,
            "link": meeting.link,
            "title": meeting.title,
            "audience": meeting.audience,
            "reason": meeting.reason_without_agreement,
        } | kwargs.get("initial", {})
        super().__init__(*args, user=user, room=meeting.room_id, **kwargs)
        self.meeting = meeting

    def refuse_past(self, starts_at: datetime) -> None:
        """A meeting that should have begun may be changed in other ways."""
        if starts_at != self.meeting.starts_at:
            super().refuse_past(starts_at)

    def preview(self) -> Meeting:
        return Meeting(body=self.meeting.body, audience=_audience(self))

    def against(self, cleaned: dict[str, Any]) -> list[Concern]:
        """Nothing where this room and this time were chosen knowingly before, and the door has not been shut since."""
        found = _concerns(cleaned, self.meeting.body)
        chosen = {name: cleaned.get(name) for name in ("room", "starts_at", "ends_at")}
        is_shut = Booking.objects.filter(meeting=self.meeting).exclude(shut_since=None).exists()
        return [] if not is_shut and is_acknowledged(self.meeting, found, **chosen) else found


def _concerns(cleaned: dict[str, Any], body: Body | None) -> list[Concern]:
    people = body.memberships.live().count() if body and cleaned.get("room") else 0
    return concerns_about(
        cleaned.get("room"), cleaned["starts_at"], cleaned["ends_at"], body=body, people=people
    )


class CallForm(PlaceForm):
    """Nothing to fill in but the tick, where something speaks against the place and nobody has said that they know;
    the reason, where no agreement is in force on the day; and who of the standing guests is to come."""

    reason = reason_field()
    standing = forms.ModelMultipleChoiceField(
        StandingGuest.objects.none(),
        label=_("Standing guests"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are invited too. Untick anyone who should not come this time."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kwargs["initial"] = {"reason": meeting.reason_without_agreement} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        guests = standing_guests_of(meeting)
        self.fields["standing"].queryset = guests  # type: ignore[attr-defined]
        self.initial["standing"] = self.offered = list(guests)
        found = concerns_of(meeting)
        self.known = found if is_acknowledged(meeting, found) else []
        self.concerns = [] if self.known else found
        change = reverse("meeting_edit", args=[meeting.pk])
        #: Where what the verb refuses can be mended: fields of another page.
        self.mended_at = {
            "room": f"{change}#id_room",
            "starts_at": f"{change}#id_day",
            "items": reverse("item_new", args=[meeting.pk]),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.weigh(self.concerns)
        return cleaned


def _audience(form: forms.Form) -> str:
    chosen = str(form["audience"].value())
    return chosen if chosen in Audience.values else Audience.BODY


class ItemForm(forms.Form):
    """An item of the agenda, and which units it is kept to."""

    title = forms.CharField(label=_("Heading"), max_length=200)
    presenter = forms.CharField(label=_("Presented by"), required=False, max_length=150)
    minutes_planned = forms.IntegerField(
        label=_("Time in minutes"), required=False, min_value=1, max_value=600
    )
    audience = forms.ChoiceField(
        label=_("Visible to"), choices=AgendaItem.Audience, initial=AgendaItem.Audience.MEETING
    )
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("Units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for an item restricted to named units. Your own unit must be one of them."),
    )

    def __init__(
        self, *args: Any, user: User, meeting: Meeting, item: AgendaItem | None = None, **kwargs: Any
    ) -> None:
        if item is not None:
            names = ("title", "presenter", "minutes_planned", "audience")
            stored = {name: getattr(item, name) for name in names}
            stored["units"] = [unit.pk for unit in item.units.all()]
            kwargs["initial"] = stored | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        units = self.fields["units"]
        assert isinstance(units, forms.ModelMultipleChoiceField)
        units.queryset = units_in(meeting.body).visible_to(user).in_order()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("audience") == AgendaItem.Audience.UNITS and not cleaned.get("units"):
            self.add_error("units", _("Choose the units that see the item."))
        return cleaned

    def preview(self) -> list[Unit] | None:
        """The units chosen so far, for the strip that says who will see the item; None where it is not narrowed."""
        if self["audience"].value() != AgendaItem.Audience.UNITS:
            return None
        chosen = {str(pk) for pk in self["units"].value() or ()}
        units = self.fields["units"]
        assert isinstance(units, forms.ModelMultipleChoiceField)
        return [unit for unit in units.queryset or () if str(unit.pk) in chosen]


class AnswerForm(forms.Form):
    """Coming, maybe, or not coming and who comes instead."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (choice.value, choice.label)
            for choice in (
                Invitation.Answer.ACCEPTED,
                Invitation.Answer.TENTATIVE,
                Invitation.Answer.DECLINED,
            )
        ],
        widget=forms.RadioSelect,
    )
    substitute_name = forms.CharField(
        label=_("Who is coming in your place"),
        required=False,
        max_length=150,
        help_text=_("Only if you are not coming."),
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: a place for what the verb complains about."""
