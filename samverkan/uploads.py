"""Files that people give us: judged by what they hold, kept in the database, sent as attachments and never shown.

What the name or the browser says about a file counts for nothing. A model that keeps files inherits ``Upload``, and
is a table of its own so that no list fetches bytes; who may have one is decided by that model's ``visible_to``.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import filetype
from django import forms
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from samverkan.pdf import legible

LARGEST = 20 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: What may be kept, each with the ending that its name gets.
KINDS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
}
#: What a signed paper may be.
PAPERS = ("application/pdf", "image/png", "image/jpeg")


@dataclass(frozen=True)
class Received:
    """A file that was found good."""

    name: str
    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def fields(self) -> dict[str, Any]:
        """The columns of an ``Upload``."""
        return {
            "name": self.name,
            "kind": self.kind,
            "content": self.content,
            "sha256": self.sha256,
            "size": len(self.content),
        }


def receive(name: str, content: bytes, kinds: tuple[str, ...] = tuple(KINDS)) -> Received:
    """Judge a file by its content.

    Raises:
        ValidationError: empty, too large, of a kind that is not kept here, or an Office file with macros.
    """
    if not content:
        raise ValidationError(_("The file is empty."), code="empty")
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 20 MB. Make it smaller."), code="large")
    kind = filetype.guess_mime(content) or ""
    if kind not in kinds:
        known = ", ".join(KINDS[each].lstrip(".").upper() for each in kinds)
        raise ValidationError(
            _("This kind of file is not accepted. Use one of these: %(known)s."),
            params={"known": known},
            code="kind",
        )
    if kind.startswith(_OFFICE):
        _refuse_macros(content)
    return Received(_named(name, KINDS[kind]), kind, content)


def _refuse_macros(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise ValidationError(_("The file is damaged. Save it again."), code="damaged") from error
    if any("vbaproject" in name.lower() for name in names):
        raise ValidationError(_("The file has macros. Save it without them."), code="macros")


def _named(name: str, ending: str) -> str:
    """The name without folders and signs that disturb, and with the ending of what it holds."""
    stem = PurePosixPath(legible(name).replace("\\", "/")).stem.strip(". ")
    try:
        return get_valid_filename(stem[:100]) + ending
    except SuspiciousFileOperation:
        return "file" + ending


class UploadField(forms.FileField):
    """A file; its cleaned value is ``Received``, or None where none was sent. The form needs ``multipart/form-data``."""

    def __init__(self, *, kinds: tuple[str, ...] = tuple(KINDS), **kwargs: Any) -> None:
        self.kinds = kinds
        kwargs.setdefault(
            "widget", forms.FileInput(attrs={"accept": ",".join(KINDS[kind] for kind in kinds)})
        )
        super().__init__(max_length=255, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not sent:
            return None
        if sent.size > LARGEST:
            raise ValidationError(_("The file is larger than 20 MB. Make it smaller."), code="large")
        return receive(sent.name, sent.read(), self.kinds)


class Upload(models.Model):
    """A file kept in the database. Inherit it, and say in ``visible_to`` who may have it."""

    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(_("kind of file"), max_length=100, choices=[(kind, kind) for kind in KINDS])
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    uploaded_at = models.DateTimeField(_("received"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("received from"), related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_size_is_true",
                condition=Q(size__gt=0, size__lte=LARGEST)
                & Q(size=Func(F("content"), function="octet_length", output_field=models.IntegerField())),
            ),
            models.CheckConstraint(
                name="%(class)s_fingerprint_is_true",
                condition=Q(
                    sha256=Func(
                        Func(F("content"), function="sha256"),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
            ),
            models.CheckConstraint(name="%(class)s_kind_known", condition=Q(kind__in=list(KINDS))),
        ]

    def __str__(self) -> str:
        return self.name


def attachment(upload: Upload) -> HttpResponse:
    """The file, to be saved and not shown: no browser runs or guesses anything in it."""
    response = HttpResponse(bytes(upload.content), content_type=upload.kind)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=upload.name) or ""
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
