"""The forms that make a body and change what is said of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.bodies import add_body, change_body, may_place, possible_agreements, possible_leads
from groups.forms import PersonField
from groups.forms_cadence import CadenceFields
from groups.forms_mandates import MandateForm
from groups.models import Agency, Agreement, Body, User
from samverkan.fields import DayField
from samverkan.pages import attempt


class AgreementField(forms.ModelChoiceField):
    """Agreements by title, each with where it stands."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj.state.label})"


def kinds() -> list[Any]:
    """In structure mode nobody makes a case group."""
    return [choice for choice in Body.Kind.choices if settings.CASES or choice[0] != Body.Kind.CASE]


class BodyForm(CadenceFields, MandateForm):
    """What is said of a body."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=kinds)
    required_agencies = forms.ModelMultipleChoiceField(
        label=_("Agencies that must take part"),
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The group and its meetings show when one of them is not represented."),
    )
    origin = forms.ChoiceField(
        label=_("Origin"),
        choices=Body.Origin.choices,
        required=False,
        initial=Body.Origin.NEW,
        widget=forms.RadioSelect,
    )
    found_in = forms.CharField(
        label=_("Where it was found"),
        required=False,
        max_length=300,
        help_text=_("Where the inventory met it, for a group that existed before."),
    )
    valid_from = DayField(label=_("Works under the agreement from"), required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        agencies = self.fields["required_agencies"]
        assert isinstance(agencies, forms.ModelMultipleChoiceField)
        agencies.queryset = Agency.objects.visible_to(by).live().in_order()
        self.fields["mandate"].help_text = _("What the group is for and what it may decide.")
        self.fields["commits"].label = _("May the group commit resources?")

    def clean_origin(self) -> str:
        return self.cleaned_data["origin"] or Body.Origin.UNSAID


class NewBodyForm(BodyForm):
    """Ends in the verb ``add_body``."""

    lead = PersonField(
        label=_("Leads the case group"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: it is not a case group"),
        help_text=_(
            "Only for a case group: somebody at social services, who gives the others their seats. You see nothing of "
            "the group unless they seat you."
        ),
    )
    field_order = ("name", "kind", "lead", "mandate", "commits", "commits_within", "required_agencies")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.offer_rhythm("")
        self.fields["valid_from"].initial = timezone.localdate
        self.fields["kind"].initial = Body.Kind.WORKING
        if not settings.CASES:
            del self.fields["lead"]
            _without_case_groups(self.fields["kind"])
            return
        lead = self.fields["lead"]
        assert isinstance(lead, PersonField)
        lead.queryset = possible_leads(by).with_workplaces().in_order()

    def save(self, parent: Body) -> Body | None:
        return attempt(self, lambda: add_body(parent, by=self.by, **self.cleaned_data))


def _without_case_groups(kind: forms.Field) -> None:
    assert isinstance(kind, forms.ChoiceField)
    kind.choices = [choice for choice in Body.Kind.choices if choice[0] != Body.Kind.CASE]


class EditBodyForm(BodyForm):
    """Ends in the verb ``change_body``. A body may be moved below one that the person manages too."""

    parent = forms.ModelChoiceField(
        label=_("Reports to"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("None: it is the top group"),
    )
    agreement = AgreementField(
        label=_("Agreement it works under"),
        queryset=Agreement.objects.none(),
        empty_label=None,
        help_text=_(
            "In force or being drafted. Meetings that have been held keep the agreement they were held under."
        ),
    )
    below_follow = forms.BooleanField(
        label=_("The groups below it work under that agreement too"), required=False
    )
    field_order = (
        "name",
        "kind",
        "parent",
        "agreement",
        "below_follow",
        "mandate",
        "commits",
        "commits_within",
        "required_agencies",
    )

    def __init__(self, *args: Any, body: Body, by: User, **kwargs: Any) -> None:
        names = (
            "name",
            "kind",
            "parent",
            "mandate",
            "commits",
            "commits_within",
            "origin",
            "found_in",
            "valid_from",
        )
        initial = {name: getattr(body, name) for name in names}
        initial["required_agencies"] = list(body.required_agencies.all())
        super().__init__(*args, by=by, initial=initial, **kwargs)
        self.body = body
        self.offer_rhythm(body.cadence)
        self._offer_agreements()
        if body.kind == Body.Kind.CASE:
            self.fields["kind"].disabled = True
        else:
            _without_case_groups(self.fields["kind"])
        offered = [*by.managed(), body.parent_id or 0] if may_place(body, by) else [body.parent_id or 0]
        parents = Body.objects.visible_to(by).open().filter(pk__in=offered)
        chosen = self.fields["parent"]
        assert isinstance(chosen, forms.ModelChoiceField)
        near = Q(agreement=body.agreement_id) | Q(pk=body.parent_id)
        chosen.queryset = parents.filter(near).exclude(pk=body.pk).in_order()
        if body.parent_id and not by.manages_the_top:
            chosen.required, chosen.empty_label = True, None

    def _offer_agreements(self) -> None:
        """Other agreements than the group's own; another version of that one is no other."""
        own, chosen = self.body.agreement, self.fields["agreement"]
        assert isinstance(chosen, AgreementField)
        others = possible_agreements(self.by).exclude(pk__in=Agreement.objects.of_line(own).values("pk"))
        rows = Agreement.objects.filter(Q(pk=own.pk) | Q(pk__in=others.values("pk")))
        if not others.exists() or self.body.kind == Body.Kind.CASE:
            del self.fields["agreement"], self.fields["below_follow"]
            return
        chosen.queryset, chosen.initial = rows.with_parties().newest(), own
        self.initial["agreement"] = own.pk

    def save(self) -> Body | None:
        return attempt(self, lambda: change_body(self.body, by=self.by, **self.cleaned_data))
