"""The picture of the structure: nothing overlaps, nothing is cut, whatever is in it."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groups.picture import (
    CARD,
    CHIP,
    PADDING,
    TITLE,
    WIDTH,
    Card,
    Label,
    Node,
    Picture,
    draw,
    text_width,
    wrap,
)

LONG = "Samverkansgrupp Otrygga brottsutsatta platser"


def apart(one: Card, other: Card) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.bottom <= other.y
        or other.bottom <= one.y
    )


def check(picture: Picture) -> None:
    for one, other in combinations(picture.cards, 2):
        assert apart(one, other)
    for card in picture.cards:
        assert card.x >= 0 and card.x + card.width <= picture.width
        assert card.y >= 0 and card.bottom <= picture.height
        for line in (*card.title, *card.note):
            assert card.y < line.y < card.bottom
            assert text_width(line.text, TITLE) <= card.width
        for chip in card.chips:
            assert card.x <= chip.x and chip.x + chip.width <= card.x + card.width - PADDING + 0.01
            assert chip.y + 22 <= card.bottom
        for one, other in combinations(card.chips, 2):
            assert one.x + one.width <= other.x or other.x + other.width <= one.x or one.y != other.y
    for line in picture.lines:
        for (x1, y1), (x2, y2) in pairwise(line):
            assert x1 == x2 or y1 == y2
            for card in picture.cards:
                inside = (
                    max(x1, x2) > card.x
                    and min(x1, x2) < card.x + card.width
                    and max(y1, y2) > card.y
                    and min(y1, y2) < card.bottom
                )
                assert not inside


def leaf(title: str = LONG) -> Node:
    labels = (Label("Järva sdf", "district"), Label("LPO Järva", "police"), Label("SISAB", "other", True))
    return Node(title, "Varje torsdag", labels)


def chain(depth: int, width: int) -> Node:
    children = (leaf(),) * width if depth == 1 else (chain(depth - 1, width), leaf())
    return Node(LONG, "", (), children)


@pytest.mark.parametrize("count", range(31))
def test_any_number_of_groups_fits(count):
    picture = draw(Node("Överenskommelse", children=(Node("Styrgruppen", children=(leaf(),) * count),)))

    assert len(picture.cards) == count + 2
    check(picture)


@pytest.mark.parametrize("depth", range(1, 6))
def test_any_number_of_levels_fits(depth):
    picture = draw(chain(depth, 4))

    assert {card.level for card in picture.cards} == set(range(depth + 1))
    check(picture)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.builds(Node, st.text(min_size=1, max_size=80)),
        lambda nodes: st.builds(Node, st.text(max_size=80), children=st.lists(nodes, max_size=6).map(tuple)),
        max_leaves=30,
    )
)
def test_any_tree_fits(root):
    check(draw(root))


def test_four_groups_stand_in_one_row_below_the_steering_group():
    picture = draw(Node("Överenskommelse", children=(Node("Styrgruppen", children=(leaf(),) * 4),)))

    agreement, steering, *groups = picture.cards
    assert agreement.centre == steering.centre == WIDTH / 2
    assert len({card.y for card in groups}) == 1
    assert len({card.height for card in groups}) == 1
    assert groups[0].x == pytest.approx(WIDTH - (groups[-1].x + groups[-1].width))


def test_long_names_are_wrapped_between_words():
    assert wrap(LONG, CARD - 2 * PADDING, TITLE) == ["Samverkansgrupp", "Otrygga brottsutsatta", "platser"]


def test_word_longer_than_a_line_is_broken():
    lines = wrap("Brottsförebyggandesamordningsgruppen", 120, TITLE)

    assert len(lines) > 1
    assert all(text_width(line, TITLE) <= 120 for line in lines)
    assert "".join(line.rstrip("-") for line in lines) == "Brottsförebyggandesamordningsgruppen"


def test_long_agency_name_is_cut():
    (card,) = draw(Node("Grupp", labels=(Label("Rinkeby-Kista och Spånga-Tensta " * 3, "district"),))).cards

    assert card.chips[0].label.text.endswith("…")
    assert text_width(card.chips[0].label.text, CHIP) <= card.width
