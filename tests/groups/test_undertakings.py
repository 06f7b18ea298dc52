"""The confidentiality undertaking: versions that stay, and who has confirmed the current one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from groups.models import Undertaking, User
from groups.undertakings import confirm_undertaking, not_undertaken, publish_undertaking, waiting_for


def test_nothing_is_asked_before_a_text_is_published(cast):
    assert cast.police.has_undertaken
    assert not not_undertaken().exists()
    assert waiting_for(cast.coordinator) == []


def test_confirmation_is_of_one_version(cast):
    first = publish_undertaking("Första texten")
    confirm_undertaking(first, by=cast.police)
    assert cast.police.has_undertaken
    assert not cast.traffic.has_undertaken

    second = publish_undertaking("Andra texten")
    cast.police.forget()
    assert (second.version, cast.police.has_undertaken) == (2, False)
    with pytest.raises(ValidationError, match="nyare version"):
        confirm_undertaking(first, by=cast.traffic)


def test_confirming_twice_is_once(cast):
    text = publish_undertaking("Texten")

    rows = {confirm_undertaking(text, by=cast.police).pk for _time in range(2)}

    row = Undertaking.objects.get()
    assert rows == {row.pk}
    assert (row.name, row.agency) == (cast.police.name, cast.police_agency.name)


def test_those_who_lack_it_are_seated_people(cast):
    confirm_undertaking(publish_undertaking("Texten"), by=cast.police)

    lacking = set(not_undertaken())

    assert cast.traffic in lacking
    assert not lacking & {cast.police, cast.stranger, cast.administrator}
    assert set(User.objects.get_queryset().undertaken()) == {cast.police}


def test_coordinators_follow_up_and_others_read(cast):
    publish_undertaking("Texten")

    assert [task.word for task in waiting_for(cast.police)] == ["Att läsa"]
    assert [task.word for task in waiting_for(cast.coordinator)] == ["Att läsa", "Att följa upp"]


def test_texts_and_confirmations_stay(cast):
    text = publish_undertaking("Texten")
    row = confirm_undertaking(text, by=cast.police)

    for rows, change in ((type(text).objects, {"text": "Annat"}), (Undertaking.objects, {"name": "Annan"})):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            rows.update(**change)
    for thing in (row, text):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(thing).objects.filter(pk=thing.pk).delete()


def test_own_confirmations_are_seen_and_coordinators_see_all(cast):
    text = publish_undertaking("Texten")
    mine, other = (confirm_undertaking(text, by=user) for user in (cast.police, cast.traffic))

    assert set(Undertaking.objects.visible_to(cast.police)) == {mine}
    assert set(Undertaking.objects.visible_to(cast.coordinator)) == {mine, other}
