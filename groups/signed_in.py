"""Who asks: the person behind a request."""

from django.http import HttpRequest

from groups.models import User


def me(request: HttpRequest) -> User:
    """Who is signed in. The middleware lets nobody else reach a view that is not marked ``login_not_required``."""
    assert isinstance(request.user, User)
    return request.user
