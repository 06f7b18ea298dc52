"""Pages for what went wrong; they say what to do and nothing about why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form had been open too long, or came from another site."""
    return render(request, "403_csrf.html", status=403)
