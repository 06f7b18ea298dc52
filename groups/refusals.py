"""What the database refuses by name, said to people beside the field that it concerns."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction


@contextmanager
def refusals(words: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """Turn the refusal of a named constraint or trigger into a ``ValidationError``; ``words`` gives for each name the
    field and the sentence. Two people may do at once what each alone may do: the database then refuses the second.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name not in words:
            raise
        field, sentence = words[name]
        raise ValidationError({field: sentence}) from error
