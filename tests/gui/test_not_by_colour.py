"""No information lies in colour alone: painted in ink on paper, states still differ.

All roles in which words and drawings are painted are one colour here, and all grounds are another.
What two states still differ in is a drawing, a word or a place. Which row of the list is chosen is
seen by its ground alone; the header of the page beside it says the name, which is tested here, too.
"""

from dataclasses import fields
from itertools import groupby

import pytest
import screenshots
from fake_node import NOON, contact, message
from msgspec.structs import replace as with_
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame

from onionchat.views import QuoteView, ReactionView
from onionchat_gui import theme
from onionchat_gui.theme import Palette, Theme
from onionchat_gui.viewmodels.links import find
from onionchat_gui.viewmodels.new_passphrase import LEVELS
from onionchat_gui.views.bubbles import PICTURES
from onionchat_gui.views.strength_meter import StrengthMeter

INK, PAPER = "#000000", "#ffffff"
INKED = {"text", "text_dim", "text_mine", "dim_mine", "accent", "danger", "good"}
ONE_COLOUR = Palette(
    **{field.name: INK if field.name in INKED else PAPER for field in fields(Palette)}
)


@pytest.fixture
def ink(qapp, monkeypatch):
    """The theme with nothing but ink on paper."""
    monkeypatch.setattr(theme, "LIGHT", ONE_COLOUR)
    look = Theme(qapp)
    look.choose("light")
    yield look
    monkeypatch.undo()
    look.choose(None)


def same(one, other):
    """Whether two pictures show the same."""
    return one.convertToFormat(QImage.Format.Format_RGB32) == other.convertToFormat(
        QImage.Format.Format_RGB32
    )


def alike(pictures):
    """Which of the states look alike."""
    names = list(pictures)
    return [
        (one, other)
        for at, one in enumerate(names)
        for other in names[at + 1 :]
        if same(pictures[one], pictures[other])
    ]


@pytest.fixture
def scene(qapp, ink):
    made = screenshots.Scene(qapp, ink)
    made.node.people.clear()
    yield made
    made.window.close()
    made.window.deleteLater()
    made.desk.deleteLater()


USUAL = contact(1, name="Ada", last_text="hello", last_time=NOON)
PEOPLE = {
    "usual": {},
    "validated": {"trust": "validated"},
    "compromised": {"trust": "compromised"},
    "connected": {"connected": True},
    "unread": {"unread": 3},
    "draft": {"draft": "hello"},
    "asked": {"state": "requested"},
    "blocked": {"state": "blocked"},
}


def row_of(scene, **changes):
    person = with_(USUAL, **changes)
    scene.node.people[person.id] = person
    scene.desk.conversations.load()
    scene.settle()
    return scene.window.list.viewport().grab().toImage()


def test_how_one_stands_with_a_contact_in_the_list(scene):
    scene.open()
    assert alike({state: row_of(scene, **PEOPLE[state]) for state in PEOPLE}) == []


def test_how_one_stands_with_a_contact_in_the_header(scene):
    scene.node.people[USUAL.id] = USUAL
    scene.open()
    scene.window.list.select(0)
    pictures = {}
    for state in ("usual", "validated", "compromised", "connected"):
        row_of(scene, **PEOPLE[state])
        page = scene.window.pages.currentWidget()
        pictures[state] = page.findChild(QFrame, "header").grab().toImage()
    row_of(scene, name="Bob")
    pictures["another"] = page.findChild(QFrame, "header").grab().toImage()
    assert alike(pictures) == []


def bubbles(scene, **changes):
    """One message, its conversation opened anew."""
    view = message(1, USUAL, text="hello", state="queued", time=NOON)
    scene.node.people[USUAL.id] = USUAL
    scene.node.history[USUAL.id] = [with_(view, **changes)]
    scene.desk.open_page("")
    scene.desk._open.clear()
    scene.desk.conversations.load()
    scene.settle()
    scene.desk.open_page("conversation", USUAL.id)
    scene.settle()
    return scene.window.pages.currentWidget().messages.viewport().grab().toImage()


def test_how_far_a_message_is(scene):
    scene.open()
    pictures = {state: bubbles(scene, mine=True, state=state) for state in PICTURES}
    pictures["theirs"] = bubbles(scene, mine=False, state="received")
    assert alike(pictures) == []


def test_what_is_said_of_a_message(scene):
    scene.open()
    theirs, own = ReactionView("!", False, "Ada"), ReactionView("!", True, "Me")
    states = {
        "plain": {},
        "edited": {"edited": NOON},
        "their reaction": {"reactions": (theirs,)},
        "own reaction": {"reactions": (own,)},
        "both": {"reactions": (theirs, own)},
        "an answer": {"reply": QuoteView("1", "Ada", False, "hello")},
        "an answer to what is gone": {"reply": QuoteView("1", "Ada", note="hello")},
        "disappearing": {"lifetime": 300},
        "deleted": {"text": "", "deleted": True, "note": "hello"},
        "a timer": {"text": "", "kind": "timer", "timer": 300},
    }
    plain = {"mine": False, "state": "received"}
    assert alike({name: bubbles(scene, **plain, **more) for name, more in states.items()}) == []


def test_after_how_long_messages_disappear_in_the_header(scene):
    scene.node.people[USUAL.id] = USUAL
    scene.open()
    scene.window.list.select(0)
    pictures = {}
    for seconds in (0, 300, 86_400):
        row_of(scene, disappear=seconds)
        page = scene.window.pages.currentWidget()
        pictures[seconds] = page.findChild(QFrame, "header").grab().toImage()
    assert alike(pictures) == []


def test_what_is_a_link(scene):
    scene.open()
    text = "http://a.example"
    assert len(find(text)) == 1
    link = bubbles(scene, mine=False, state="received", text=text)
    other = bubbles(scene, mine=False, state="received", text=text.replace("http", "htxp"))
    # Letters have short strokes; a line below them is as long as they are.
    assert longest_stroke(link) > 4 * longest_stroke(other)


def longest_stroke(picture):
    """Pixels of ink beside each other."""
    return max(
        sum(1 for _ in run)
        for y in range(picture.height())
        for dark, run in groupby(
            picture.pixelColor(x, y).lightness() < 128 for x in range(picture.width())
        )
        if dark
    )


def test_how_strong_a_passphrase_is(ink, qtbot):
    class Rated:
        level = None

        class rated:
            @staticmethod
            def connect(_):
                pass

    model = Rated()
    meter = StrengthMeter(model, ink)
    qtbot.addWidget(meter)
    meter.resize(400, 80)
    pictures = {}
    for level in LEVELS:
        model.level = level
        meter._show()
        pictures[level] = meter.grab().toImage()
    assert alike(pictures) == []


class TestTheTestItself:
    def test_finds_what_differs_in_its_colour_alone(self, scene, monkeypatch):
        monkeypatch.setattr(
            "onionchat_gui.views.conversation_list.trust_picture",
            lambda trust: ("shield", "good" if trust == "validated" else "danger"),
        )
        scene.open()
        pictures = {s: row_of(scene, **PEOPLE[s]) for s in ("validated", "compromised", "usual")}
        assert ("validated", "compromised") in alike(pictures)
