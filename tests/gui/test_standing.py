"""Trust and path: a drawing, a word, and a sentence for whoever points at it or hears it."""

import pytest
from fake_node import FakeNode, FakeStarter, contact
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtWidgets import QStyleOptionViewItem, QToolTip

from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.words import path_meaning, trust_meaning
from onionchat_gui.views.conversation_list import ConversationList
from onionchat_gui.views.standing import Chip, explanation, trust_picture

TRUST = ("unvalidated", "validated", "compromised")


def said(widget, what):
    """By a screen reader."""
    return QAccessible.queryAccessibleInterface(widget).text(what)


@pytest.mark.parametrize("trust", TRUST)
def test_a_chip_says_trust_in_a_word_and_explains_it(look, trust):
    chip = Chip(look)
    chip.show_trust(contact(1, trust=trust))
    meaning = trust_meaning(trust)
    assert chip.text() == said(chip.word, QAccessible.Text.Name) == meaning.word
    assert said(chip.word, QAccessible.Text.Description) == meaning.sentence
    assert chip.toolTip()


@pytest.mark.parametrize("connected", [True, False, None])
def test_a_chip_says_the_path_in_a_word_and_explains_it(look, connected):
    chip = Chip(look)
    chip.show_path(contact(1, connected=bool(connected)), connected)
    assert chip.text() == path_meaning(connected).word
    assert chip.word.accessibleDescription() == path_meaning(connected).sentence


def test_instead_of_a_path_it_says_why_one_cannot_write(look):
    chip = Chip(look)
    chip.show_path(contact(1, state="blocked", connected=False), False)
    assert chip.text() == "Blocked"


def test_states_differ_in_drawing_and_word_not_in_colour_alone():
    assert len({trust_picture(trust)[0] for trust in TRUST}) == len(TRUST)
    assert len({trust_meaning(trust).word for trust in TRUST}) == len(TRUST)


def test_who_points_at_a_row_is_told_what_its_signs_mean(look):
    bob = contact(1, trust="compromised", connected=True)
    node = FakeNode(bob)
    rows = ConversationList(Desk(node, FakeStarter(node), lambda: node.now), look)
    node.connected = True
    rows.model().load()
    node.deliver()
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5))
    index = rows.model().index(0, 0)
    rows.show()
    assert rows.itemDelegate().helpEvent(event, rows, QStyleOptionViewItem(), index)
    assert "Compromised: " in explanation(bob, True)
    assert "Connected over Tor: " in explanation(bob, True)
    assert QToolTip.text() == explanation(bob, True)
    QToolTip.hideText()


def test_a_row_is_read_out_with_both(look):
    bob = contact(1, trust="validated")
    node = FakeNode(bob)
    node.connected = True
    desk = Desk(node, FakeStarter(node), lambda: node.now)
    desk.conversations.load()
    node.deliver()

    said = desk.conversations.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith(f"{path_meaning(False).word}, {trust_meaning('validated').word}")
