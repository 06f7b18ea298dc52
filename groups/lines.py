"""A form field for a list of texts, one on each line, since the texts themselves hold commas."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class LinesField(forms.CharField):
    """Reads and shows ``list[str]``; made for ``ArrayField``, whose ``base_field`` limits each line."""

    default_error_messages = {"long": _("A line has %(count)d characters; the limit is %(longest)d.")}

    def __init__(
        self, *, base_field: forms.Field | None = None, max_length: int | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        kwargs["help_text"] = kwargs.get("help_text") or _("One per line.")
        super().__init__(**kwargs)
        self.longest = getattr(base_field, "max_length", None)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        for line in value:
            if self.longest and len(line) > self.longest:
                raise ValidationError(
                    self.error_messages["long"],
                    code="long",
                    params={"count": len(line), "longest": self.longest},
                )

    def run_validators(self, value: Any) -> None:
        """CharField's validators are for one text; a line with a null character is refused as one."""
        for line in value:
            super().run_validators(line)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))
