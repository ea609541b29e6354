"""Both palettes can be read: contrast of every pair of text and ground."""

import dataclasses

import pytest

from onionchat_gui.theme import DARK, HUES, LIGHT, ON_AVATAR, PAIRS, avatar, contrast


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(palette, text, ground):
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


def test_initials_can_be_read_on_every_avatar():
    assert len({avatar(seed) for seed in range(HUES)}) > HUES / 2
    assert min(contrast(ON_AVATAR, avatar(seed)) for seed in range(HUES)) >= 4.5


def test_every_ground_on_which_a_state_is_painted_is_in_the_list():
    # A draft's beginning in a chosen row; "not sent" in a bubble; a button that cannot be pressed.
    painted = {("danger", "selected"), ("danger", "bubble_theirs"), ("text_dim", "line")}
    assert painted <= set(PAIRS)


def test_the_measure_is_the_standards():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_palette_too_pale_is_found():
    pale = dataclasses.replace(LIGHT, text_dim="#9a9ea8")
    assert contrast(pale.text_dim, pale.side) < 4.5
