"""Both palettes can be read: contrast of every pair of text and ground."""

import dataclasses
import re

import pytest
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtWidgets import QApplication, QLabel

from onionchat_gui import theme
from onionchat_gui.theme import (
    DARK,
    HUES,
    LIGHT,
    ON_AVATAR,
    PAIRS,
    TITLE,
    Palette,
    avatar,
    contrast,
)
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.main_window import MainWindow


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


RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
STATES = re.compile(r"\[[^\]]*\]|(?<!:):(?!:)[a-z-]+")


def test_every_colour_on_which_the_style_sheet_sets_another_is_in_the_list():
    """Also in states of which no picture is made: pointed at, chosen, disabled."""
    assert written_on(theme._style(Palette(*Palette.__slots__))) <= set(PAIRS)


def test_a_rule_with_a_pair_that_is_not_in_the_list_is_found():
    sheet = "A { color: text; background: side; } A[b]:hover { background: accent; }"
    assert written_on(sheet) == {("text", "side"), ("text", "accent")}
    bar = "P { background: line; } P::chunk { background: good; }"
    assert written_on(bar) == {("good", "line")}


def written_on(sheet):
    """Pairs of a style sheet in which roles stand for colours. What a rule leaves open is as in
    the rule for the control in all of its states.
    """
    rules = {}
    for selectors, body in RULE.findall(sheet):
        lines = (line.split(":") for line in body.split(";") if ":" in line)
        said = {name.strip(): value.strip() for name, value in lines}
        for selector in selectors.split(","):
            rules.setdefault(" ".join(selector.split()), {}).update(said)
    pairs = set()
    for selector, said in rules.items():
        control = STATES.sub("", selector)
        all_states = rules.get(control.split()[-1], {}) | rules.get(control, {}) | said
        ground = all_states.get("background")
        pairs.add((all_states.get("color"), ground))
        pairs.add((said.get("selection-color"), said.get("selection-background-color")))
        if control.endswith("::chunk"):
            pairs.add((ground, rules[control.removesuffix("::chunk")]["background"]))
    return {pair for pair in pairs if None not in pair and "transparent" not in pair}


def test_the_measure_is_the_standards():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_palette_too_pale_is_found():
    pale = dataclasses.replace(LIGHT, text_dim="#9a9ea8")
    assert contrast(pale.text_dim, pale.side) < 4.5


# --- The size of the text ------------------------------------------------------------------------


@pytest.fixture
def scaled(look):
    yield look
    look.scale(100)


def test_all_texts_follow_the_size_also_those_with_a_font_of_their_own(scaled, qtbot):
    plain, title = QLabel("a"), QLabel("a")
    for made in (plain, title):
        qtbot.addWidget(made)
        made.show()
    title.setFont(scaled.font(TITLE, bold=True))
    before = [made.fontInfo().pointSizeF() for made in (plain, title)]
    scaled.scale(200)
    QApplication.processEvents()
    after = [made.fontInfo().pointSizeF() for made in (plain, title)]
    assert after == pytest.approx([2 * size for size in before], rel=0.05)
    assert title.font().bold()
    assert title.font().pointSizeF() == pytest.approx(scaled.font(TITLE).pointSizeF())
    scaled.scale(80)
    scaled.scale(100)
    QApplication.processEvents()
    assert [m.font().pointSizeF() for m in (plain, title)] == pytest.approx(
        [scaled.font().pointSizeF(), scaled.font(TITLE).pointSizeF()]
    )


def test_rows_and_bubbles_are_measured_anew(scaled, qtbot):
    node = FakeNode(contact(1, name="Bob"))
    node.history[contact(1).id] = [message(1, contact(1), text="word " * 40)]
    desk = Desk(node, FakeStarter(node), lambda: node.now)
    window = MainWindow(desk, scaled)
    qtbot.addWidget(window)
    window.show()
    desk.session.open()
    node.deliver()
    window.list.select(0)
    node.deliver()
    QApplication.processEvents()
    page = window.pages.currentWidget()

    def heights():
        row, bubble = window.list.model().index(0, 0), page.messages.model().index(0, 0)
        return (
            window.list.visualRect(row).height(),
            page.messages.visualRect(bubble).height(),
            page.composer.box.height(),
            page._name.fontMetrics().height(),
        )

    before = heights()
    desk.preferences.change(text_scale=200)
    QApplication.processEvents()
    print(before, heights())
    assert all(now > 1.2 * then for now, then in zip(heights(), before, strict=True))


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize("ground", ["side", "surface"])
def test_the_edge_of_a_button_is_seen(palette, ground):
    assert contrast(palette.edge, getattr(palette, ground)) >= 3
