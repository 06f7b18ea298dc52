"""Agencies and whom to turn to there."""

from itertools import chain

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.directory import contacts_of, directory
from groups.forms_contacts import ContactForm, ServicesForm
from groups.lists import CONTACTS, TAKING_PART
from groups.models import Agency, ContactPoint
from groups.signed_in import me
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download

_SECTION = {"section": "groups", "part": "contacts"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    entries = directory(me(request))
    if file := download(request, _("Agencies and contacts"), CONTACTS, contacts_of(entries)):
        return file
    people = chain.from_iterable(entry.people for entry in entries)
    if file := download(request, _("People who take part"), TAKING_PART, people, part="people"):
        return file
    return render(request, "groups/agencies.html", {"entries": entries} | _SECTION)


@form_methods
def services(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    agency = get_for(user, Agency, "manage", key=key)
    form = ServicesForm(
        request.POST if request.method == "POST" else None, initial={"services": agency.services}
    )
    if form.is_valid():
        form.save(agency, by=user)
        messages.success(request, _("The services of %(agency)s have been saved.") % {"agency": agency.name})
        return redirect("agencies")
    return page(request, "groups/services.html", {"agency": agency, "form": form} | _SECTION, form)


@form_methods
def add(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    agency = get_for(user, Agency, "manage", key=key)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.save(agency, by=user):
        messages.success(request, _("The contact point has been saved."))
        return redirect("agencies")
    return page(request, "groups/contact_form.html", {"agency": agency, "form": form} | _SECTION, form)


@form_methods
def change(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    user = me(request)
    rows = ContactPoint.objects.visible_to(user).select_related("agency")
    contact = get_for(user, rows, "manage", agency__key=key, pk=pk)
    form = ContactForm(request.POST if request.method == "POST" else None, contact=contact)
    if form.is_valid() and form.save(contact.agency, by=user):
        messages.success(request, _("The contact point has been saved."))
        return redirect("agencies")
    context = {"agency": contact.agency, "contact": contact, "form": form}
    return page(request, "groups/contact_form.html", context | _SECTION, form)
