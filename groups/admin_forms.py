"""Forms of the administration: what the database would refuse is said beside the field instead.

Which fields a form shows, the admin's fieldsets say.
"""

from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from groups.admin_cadence import CadenceForm
from groups.agreements import NEW
from groups.bodies import RESERVED, key_is_taken_by_a_page, levels_with, too_many_levels
from groups.models import Body, User
from groups.refusals import refusals


class BesideForm(forms.ModelForm):
    """Puts what concerns the whole row, such as an end before the beginning, beside the field named ``beside``."""

    beside = "valid_to"

    def add_error(self, field: Any, error: Any) -> None:
        if field is None and NON_FIELD_ERRORS in getattr(error, "error_dict", {}):
            whole = error.error_dict.pop(NON_FIELD_ERRORS)
            error.error_dict.setdefault(self.beside, []).extend(whole)
        super().add_error(field, error)


class TriedForm(BesideForm):
    """Asks the database before anything is saved, by trying and undoing, about what only its triggers know; ``refused``
    gives for each name the field and the sentence."""

    refused: dict[str, tuple[str, Any]] = {}

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        names = [name for name in self.changed_data if name in self.cleaned_data]
        if self.errors or self.instance.pk is None or not names:
            return
        try:
            with refusals(self.refused), transaction.atomic():
                rows = type(self.instance)._base_manager.filter(pk=self.instance.pk)
                rows.update(**{name: getattr(self.instance, name) for name in names})
                transaction.set_rollback(True)
        except ValidationError as error:
            self.add_error(None, error)


class UnitForm(TriedForm):
    beside = "branch"
    refused = {
        "unit_of_cases_keeps_its_branch": (
            "branch",
            _("This unit has cases. Give it a successor instead of making it something else."),
        ),
    }


class PeriodFormSet(forms.BaseInlineFormSet):
    """Refuses rows that overlap one another. All stored rows are among them, so that one can end as another begins.

    ``apart`` names the field whose equal values must not overlap; empty where no two rows may.
    """

    apart = ""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if self._counts(form)]
        kept.sort(key=lambda form: (self._group(form), form.cleaned_data["valid_from"]))
        for former, latter in pairwise(kept):
            ends = former.cleaned_data.get("valid_to")
            if self._group(former) == self._group(latter) and (
                ends is None or ends >= latter.cleaned_data["valid_from"]
            ):
                latter.add_error("valid_from", _("This overlaps another row. End that one the day before."))

    def _counts(self, form: Any) -> bool:
        data = getattr(form, "cleaned_data", {})
        return bool(data.get("valid_from")) and not data.get("DELETE")

    def _group(self, form: Any) -> int:
        row = form.cleaned_data.get(self.apart) if self.apart else None
        return row.pk if row else 0


class ByBodyFormSet(PeriodFormSet):
    """Memberships of one person."""

    apart = "body"


class ByPersonFormSet(PeriodFormSet):
    """Memberships in one body."""

    apart = "user"


class PersonForm(forms.ModelForm):
    """A person: never a password, only a link to choose one."""

    send_link = forms.BooleanField(
        label=_("Email a link to choose a password"),
        required=False,
        help_text=_("The link goes to the email address above."),
    )

    class Meta:
        model = User
        fields = ("name", "email", "phone", "language", "is_active", "is_staff", "is_log_reviewer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["send_link"].initial = self.instance.pk is None

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody already signs in with this address."))
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        administers = data.get("is_staff") and data.get("is_active")
        if data.get("is_staff") and data.get("is_log_reviewer"):
            self.add_error("is_log_reviewer", _("A log reviewer cannot be an administrator as well."))
        if data.get("send_link") and self.instance.pk and "email" in self.changed_data:
            self.add_error(
                "send_link",
                _("Save the new address first. The person is told at the old one. Then email the link."),
            )
        if not administers and self._is_last_administrator():
            self.add_error(
                "is_staff", _("This is the last administrator. Give somebody else the task first.")
            )
        return data

    def _is_last_administrator(self) -> bool:
        administrators = User.objects.filter(is_active=True, is_staff=True, is_superuser=True)
        others = administrators.exclude(pk=self.instance.pk)
        return administrators.filter(pk=self.instance.pk).exists() and not others.exists()


class UpwardsForm(BesideForm):
    """Refuses that a row points, by way of others, to itself. ``upwards`` names the field that points."""

    upwards = "parent"
    circle = _("That would make a circle. Choose another.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen = {self.instance.pk} if self.instance.pk else set()
        here = data.get(self.upwards)
        while here is not None:
            if here.pk in seen:
                self.add_error(self.upwards, self.circle)
                break
            seen.add(here.pk)
            here = getattr(here, self.upwards)
        return data


class AgencyForm(UpwardsForm):
    """An agency and its successor."""

    upwards = "successor"


class AgreementForm(UpwardsForm):
    """An agreement and its frame. A draft may lack purposes and areas; what is sent or recorded afterwards may not."""

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key == NEW:
            raise ValidationError(key_is_taken_by_a_page(key))
        return key


class BodyForm(CadenceForm, UpwardsForm):
    """A body, what it reports to, and how often it meets. What the database would refuse of where it stands is said
    beside the field (groups/migrations/0003)."""

    beside = "name"

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key in RESERVED:
            raise ValidationError(key_is_taken_by_a_page(key))
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        parent = data.get("parent")
        if parent and "parent" not in self.errors and levels_with(self.instance, parent) > Body.LEVELS:
            self.add_error("parent", too_many_levels())
        return data
