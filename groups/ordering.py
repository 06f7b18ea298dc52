"""Swedish alphabetical order under the C collation: å, ä, ö last, in that order, ü as y, é as e.

C collation alone sorts Ä before Å; a named expression, indexed where a list needs it, sorts the same on every server.
"""

from django.db.models import CharField, Expression, F, Func, Value
from django.db.models.functions import Lower


def swedish(field: str) -> Expression:
    """An ordering expression for a text column."""
    return Func(
        Lower(F(field)),
        Value("åäöéüæø"),
        Value("{|}eu|}"),
        function="translate",
        template='(%(function)s(%(expressions)s) COLLATE "C")',
        output_field=CharField(),
    )
