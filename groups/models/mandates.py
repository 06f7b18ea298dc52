"""What a body, or a person in it, may decide: in words, and the question that stops most meetings."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Commits(models.TextChoices):
    """The answer to “may this person commit resources?”."""

    UNSAID = "unsaid", _("Not said")
    YES = "yes", _("Yes")
    WITHIN = "within", _("Within limits")
    NO = "no", _("No")


class Mandated(models.Model):
    """Whoever has a mandate: its text, and whether resources may be committed."""

    commits = models.CharField(
        _("may commit resources"), max_length=10, choices=Commits, default=Commits.UNSAID
    )
    commits_within = models.CharField(_("within which limits"), max_length=300, blank=True)

    #: ``mandate`` is a text field of each model, with its own words of help.
    mandate: Any

    class Meta:
        abstract = True

    @property
    def has_mandate(self) -> bool:
        """Whether anything is said of what may be decided."""
        return bool(self.mandate) or self.commits != Commits.UNSAID

    @property
    def commits_words(self) -> str:
        """Whether resources may be committed, as a phrase; empty where nobody has said."""
        match self.commits:
            case Commits.YES:
                return str(_("May commit resources"))
            case Commits.WITHIN:
                return str(_("May commit resources: %(limits)s") % {"limits": self.commits_within})
            case Commits.NO:
                return str(_("May not commit resources"))
        return ""


def commits_is_said(prefix: str) -> list[models.CheckConstraint]:
    """The answer is known, and limits are written exactly where there are any."""
    return [
        models.CheckConstraint(
            name=f"{prefix}_commits_known", condition=Q(commits__in=["unsaid", "yes", "within", "no"])
        ),
        models.CheckConstraint(
            name=f"{prefix}_limits_written",
            condition=(Q(commits="within") & ~Q(commits_within=""))
            | (~Q(commits="within") & Q(commits_within="")),
            violation_error_message=_("Write the limits, and only where there are limits."),
        ),
    ]
