"""The confidentiality undertaking: texts that are published and never changed, and who has read and confirmed which.

The duty of silence follows from law (OSL 2:1, and for others from agreement); the undertaking shows that a person has
been told. Both tables are written once: triggers refuse every change (groups/migrations)."""

from typing import Any

from django.db import models
from django.db.models import Exists, Max, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _


class UndertakingTextQuerySet(models.QuerySet["UndertakingText"]):
    def visible_to(self, user: Any) -> "UndertakingTextQuerySet":
        """Everybody who may sign in may read what is asked of them, and what they once confirmed."""
        return self if user.is_active else self.none()

    def current(self) -> "UndertakingTextQuerySet":
        """The newest version; none before one is published."""
        newest = (
            UndertakingText.objects.order_by().values(one=models.Value(1)).annotate(newest=Max("version"))
        )
        return self.filter(version=Subquery(newest.values("newest")))


class UndertakingText(models.Model):
    """One version of the text, in Swedish, the language of the law."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True, editable=False)
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published"), auto_now_add=True)

    objects = UndertakingTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of the confidentiality undertaking")
        verbose_name_plural = _("texts of the confidentiality undertaking")
        ordering = ["-version"]

    def __str__(self) -> str:
        return str(_("Version %(version)d") % {"version": self.version})


class UndertakingQuerySet(models.QuerySet["Undertaking"]):
    def visible_to(self, user: Any) -> "UndertakingQuerySet":
        """One's own; a coordinator those of everybody."""
        return self if user.in_structure and user.coordinates else self.filter(user=user)


class Undertaking(models.Model):
    """That a person has read a text and undertaken to keep it; name and agency as they were that day."""

    user = models.ForeignKey(
        "groups.User", models.PROTECT, verbose_name=_("person"), related_name="undertakings"
    )
    text = models.ForeignKey(
        UndertakingText, models.PROTECT, verbose_name=_("text"), related_name="undertakings"
    )
    name = models.CharField(_("name"), max_length=150)
    agency = models.CharField(_("agency"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), auto_now_add=True)

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("confidentiality undertaking")
        verbose_name_plural = _("confidentiality undertakings")
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="undertaken_once_a_version")]

    def __str__(self) -> str:
        return f"{self.name}, {self.text}"


def has_undertaken(user: str) -> "models.Q":
    """The condition that the person whom the outer field ``user`` names has confirmed the current text, or that there
    is none yet."""
    current = UndertakingText.objects.current()
    confirmed = Undertaking.objects.filter(user=OuterRef(user), text__in=current.values("pk"))
    return models.Q(Exists(confirmed)) | models.Q(~Exists(current))
