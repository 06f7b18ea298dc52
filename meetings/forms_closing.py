"""The form that closes a body."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Body, User
from meetings.closing import close_body
from samverkan.fields import DayField
from samverkan.pages import attempt


class CloseBodyForm(forms.Form):
    """Ends in the verb ``close_body``."""

    last_day = DayField(label=_("Last day"), initial=timezone.localdate)
    reason = forms.CharField(
        label=_("Why is the group closed?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: the assignment is finished, or the work continues in another group."),
    )

    def save(self, body: Body, *, by: User) -> Body | None:
        return attempt(self, lambda: close_body(body, by=by, **self.cleaned_data))
