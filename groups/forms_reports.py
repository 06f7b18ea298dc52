"""Forms of situation reports."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from groups.forms_plan import PlanForm, long_text, offer
from groups.lines import LinesField
from groups.models import Agreement, ReportVersion, SituationReport, State, User
from groups.models.planning import plans
from groups.reports import attach, describe_report, publish, start_report, write_version
from samverkan.fields import DayField
from samverkan.uploads import UploadField

_LINK = re.compile(r"^(?P<title>.*?)\s*(?P<url>https?://\S+)$")


class ReportForm(PlanForm):
    """Begins a report, or changes what one is called, where it is about and who reads it."""

    agreement = forms.ModelChoiceField(
        label=_("Agreement"), queryset=Agreement.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    areas = LinesField(
        label=_("Areas"), help_text=_("The places that the report is about, one on each line.")
    )
    audience = forms.ChoiceField(
        label=_("Visible to"),
        choices=SituationReport.Audience,
        widget=forms.RadioSelect,
        help_text=_(
            "Choose the authorities if it contains operational detail: companies and associations "
            "then see neither the report nor the problems and measures based on it."
        ),
    )
    valid_from = DayField(label=_("First day of the period"), past=True)
    valid_to = DayField(label=_("Last day of the period"), past=True)

    def __init__(
        self, data: Any = None, *, by: User, report: SituationReport | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, by=by, **kwargs)
        self.report = report
        if report is not None:
            for name in ("agreement", "valid_from", "valid_to"):
                del self.fields[name]
            self.initial = {"title": report.title, "areas": report.areas, "audience": report.audience}
            return
        planned = Agreement.objects.visible_to(by).filter(pk__in=plans(by)).newest()
        ended = planned.in_state(State.EXPIRED, State.TERMINATED)
        offer(self.fields["agreement"], planned.in_force() if planned.in_force().exists() else ended)
        self.fields["audience"].initial = SituationReport.Audience.AUTHORITIES

    def carry_out(self, **values: Any) -> Any:
        if self.report is not None:
            return describe_report(self.report, **values)
        return start_report(**values)


class VersionForm(PlanForm):
    """The three parts of § 4, the period and the links."""

    valid_from = DayField(label=_("First day of the period"), past=True)
    valid_to = DayField(label=_("Last day of the period"), past=True)
    mapping = long_text(_("Mapping of crime"), rows=8, required=False)
    other = long_text(_("Other relevant information"), rows=6, required=False)
    analysis = long_text(_("Analysis"), rows=8, required=False)
    links = LinesField(
        label=_("Links"),
        required=False,
        help_text=_(
            "One per line: what it is, then its address. For example: Survey 2026 https://example.org/survey"
        ),
    )

    def __init__(self, data: Any = None, *, by: User, version: ReportVersion, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.version = version
        for name in ReportVersion.PARTS:
            self.fields[name].help_text = getattr(ReportVersion._meta.get_field(name), "help_text", "")
        self.initial = {
            name: getattr(version, name) for name in (*ReportVersion.PARTS, "valid_from", "valid_to")
        } | {"links": [f"{link.title} {link.url}" for link in version.links.all()]}

    def clean_links(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["links"]:
            link = _LINK.match(line)
            if link is None:
                raise ValidationError(
                    _("End the line “%(line)s” with an address that begins with https://."),
                    params={"line": line[:60]},
                )
            URLValidator(schemes=["http", "https"])(link["url"])
            found.append(((link["title"] or link["url"])[:200], link["url"]))
        return found

    def carry_out(self, **values: Any) -> Any:
        return write_version(self.version, **values)


class PublishForm(PlanForm):
    """A question before a version is frozen."""

    def __init__(self, data: Any = None, *, by: User, version: ReportVersion, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.version = version

    def carry_out(self, **values: Any) -> Any:
        return publish(self.version, by=values["by"])


class FileForm(PlanForm):
    """A paper to a version that is being written."""

    file = UploadField(label=_("File"), help_text=_("PDF, image or Office file, 20 MB at most."))

    def __init__(self, data: Any = None, *, by: User, version: ReportVersion, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.version = version

    def carry_out(self, **values: Any) -> Any:
        return attach(self.version, file=values["file"], by=values["by"])
