"""Booking a room, giving it back, and choosing what residents see."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from groups.models import Room, User
from meetings.bookings import (
    LONGEST,
    Repeat,
    Scope,
    Times,
    book_room,
    cancel_booking,
    days_of,
    free_of,
    given_back,
    times_of,
)
from meetings.forms_calling import PlaceForm, about_twice, day_field, refuse_skipped
from meetings.models import Booking, Publication
from meetings.openpage import draft_of, seen_of
from meetings.places import Concern, concerns_about_series
from meetings.publishing import Thing, publish
from samverkan.fields import ClockField, DayField
from samverkan.pages import add_errors
from samverkan.templatetags.samverkan import clock, day_name


class BookingForm(PlaceForm):
    """One time or a series; where some times of a series are taken, it offers to book the others."""

    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("Never mention a case or a young person's name.")
        if settings.CASES
        else _("Never mention a young person's name."),
    )
    audience = forms.ChoiceField(
        label=_("Who sees the purpose"),
        choices=Booking.Audience,
        initial=Booking.Audience.AGENCY,
        help_text=_("Others see only that the room is taken."),
    )
    day = day_field()
    starts_at = ClockField(label=_("Starts"), help_text=_("For example, 13:00."))
    ends_at = ClockField(
        label=_("Ends"), help_text=_("For example, 15:00. A time before the start means the day after.")
    )
    repeat = forms.ChoiceField(label=_("Repeats"), choices=Repeat, required=False)
    until = DayField(label=_("Up to and including"), required=False, help_text=_("At most a year ahead."))
    leave_out_taken = forms.BooleanField(label=_("Book the other times"), required=False)

    field_order = ["purpose", "audience", "day", "starts_at", "ends_at", "repeat", "until"]

    def __init__(self, *args: Any, room: Room, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room, self.by = room, by
        #: Some times of a series are taken, and the rest can be booked.
        self.clashes = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("repeat") and "until" in cleaned:
            self._check_until(cleaned)
        if all(cleaned.get(name) is not None for name in ("day", "starts_at", "ends_at")):
            self._refuse_skipped(cleaned)
        if all(cleaned.get(name) is not None for name in ("day", "starts_at", "ends_at")):
            if cleaned["starts_at"] == cleaned["ends_at"]:
                self.add_error("ends_at", _("It ends when it starts. Enter a later end."))
            else:
                self.weigh(self._against())
                self._check_free(cleaned)
        return cleaned

    def _refuse_skipped(self, cleaned: dict[str, Any]) -> None:
        """A time of a series that summer time skips stops all of it, as a time that is taken does."""
        for day in days_of(cleaned["day"], cleaned.get("repeat") or "", cleaned.get("until")):
            refuse_skipped(self, day, {name: cleaned.get(name) for name in ("starts_at", "ends_at")})

    @property
    def note(self) -> str:
        """What to say of a time that comes twice on the night when summer time ends."""
        chosen = self.cleaned_data
        return about_twice(chosen["day"], chosen["starts_at"], chosen["ends_at"])

    def _check_free(self, cleaned: dict[str, Any]) -> None:
        """What the verb would refuse is said together with what speaks against the time."""
        try:
            free_of(self.room, self.times(), leave_out_taken=bool(cleaned.get("leave_out_taken")))
        except ValidationError as error:
            self._refused(error)

    def _refused(self, error: ValidationError) -> None:
        """That the room is taken is said at the time, for the room was chosen by coming here."""
        reasons = error.error_dict
        if taken := reasons.pop("room", []):
            reasons.setdefault("starts_at", []).extend(taken)
            self.clashes = bool(self.data.get("repeat"))
        add_errors(self, ValidationError(reasons))

    def _check_until(self, cleaned: dict[str, Any]) -> None:
        day, until = cleaned.get("day"), cleaned["until"]
        if until is None:
            self.add_error("until", _("Enter the last day of the series."))
        elif day and not day < until <= day + LONGEST:
            self.add_error("until", _("Choose a day after the first, at most a year ahead."))

    def times(self) -> list[Times]:
        chosen = self.cleaned_data
        days = days_of(chosen["day"], chosen.get("repeat") or "", chosen.get("until"))
        return times_of(days, chosen["starts_at"], chosen["ends_at"])

    def _against(self) -> list[Concern]:
        times = [(start, end) for start, end in self.times() if end > start]
        if not times:
            return []
        return [*_past_midnight(times[0]), *concerns_about_series(self.room, times)]

    def save(self) -> list[Booking]:
        """What was booked; nothing where the verb refuses, whose reasons then stand in the form."""
        chosen = self.cleaned_data
        try:
            return book_room(
                self.room,
                self.times(),
                purpose=chosen["purpose"],
                audience=chosen["audience"],
                leave_out_taken=chosen["leave_out_taken"],
                by=self.by,
            )
        except ValidationError as error:
            self._refused(error)
            return []


def _past_midnight(time: Times) -> list[Concern]:
    """Said in words, since 15–14 may be a slip of the finger for 13–14."""
    start, end = time
    if timezone.localdate(start) == timezone.localdate(end) or not timezone.localtime(end).time():
        return []
    words = gettext("The booking goes on past midnight, until %(day)s at %(clock)s.")
    return [Concern("past_midnight", words % {"day": day_name(end), "clock": clock(end)})]


class KnownField(forms.BooleanField):
    """The tick of somebody who shuts the door on these bookings knowingly."""

    def __init__(self, hit: tuple[int, ...]) -> None:
        super().__init__(label=_("I have read this and still want to save it"), required=False)
        self.hit = hit


class GiveBackForm(forms.Form):
    """How much of a series is given back; a single booking asks nothing."""

    scope = forms.ChoiceField(
        label=_("Cancel booking"), choices=Scope, initial=Scope.ONE, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, booking: Booking, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booking, self.by = booking, by
        if booking.series is None:
            del self.fields["scope"]
            return
        field = self.fields["scope"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(scope, self._with_times(scope)) for scope in Scope]

    def _with_times(self, scope: Scope) -> str:
        """How many times it concerns, said before it is done."""
        if scope == Scope.ONE:
            return str(scope.label)
        count = given_back(self.booking, scope).count()
        words = ngettext("%(which)s (%(count)s time)", "%(which)s (%(count)s times)", count)
        return words % {"which": scope.label, "count": count}

    def save(self) -> int:
        return cancel_booking(self.booking, scope=self.cleaned_data.get("scope", Scope.ONE), by=self.by)


class PublishForm(forms.Form):
    """The words for residents. Nothing is published before it has been previewed exactly as it stands."""

    heading = forms.CharField(label=_("Heading"), max_length=120)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everyone can read this. Name no person."),
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thing: Thing, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing, self.by = thing, by

    @property
    def draft(self) -> Publication:
        """What would be published, not stored."""
        return draft_of(self.thing, self.cleaned_data["heading"], self.cleaned_data["text"])

    @property
    def is_previewed(self) -> bool:
        """Whether the words, and the facts that go with them, are those that were on the screen."""
        return bool(self.cleaned_data["previewed"] == seen_of(self.draft))

    def save(self) -> bool:
        try:
            publish(
                self.thing, heading=self.cleaned_data["heading"], text=self.cleaned_data["text"], by=self.by
            )
        except ValidationError as error:
            add_errors(self, error)
        return not self.errors


def first_free_day() -> Any:
    """What a booking begins from: tomorrow."""
    return timezone.localdate() + timedelta(days=1)
