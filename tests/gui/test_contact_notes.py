"""What is said of a contact's keys and devices beside its conversation and on its page."""

import pytest
from fake_node import FakeNode, FakeStarter, contact
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from onionchat.control import schema
from onionchat.views import ContactChanged, DeviceNewsView
from onionchat_gui.viewmodels import when
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.contact_page import ContactPage
from onionchat_gui.views.conversation_page import ConversationPage

BOB = contact(1, name="Bob")
PROOF = "Device 1 of this contact signed two things."
AT = 1_790_000_000.0


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.replies[schema.SuggestionShown] = schema.Nothing()
    made.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid",), "", "", "")
    made.connected = True
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def page(qtbot, desk, node, look):
    made = ConversationPage(desk, look, BOB.id)
    qtbot.addWidget(made)
    made.show()
    node.deliver()
    return made


def happens(node, **changes):
    node.happened.emit((ContactChanged(replace(BOB, **changes)),))


def asked(node, kind):
    return [request for request in node.asked if isinstance(request, kind)]


def write(page, node, qtbot, text):
    qtbot.keyClicks(page.composer.box, text)
    page.composer.submit()
    node.deliver()


def answer(page, qtbot, *, yes):
    (box,) = page.findChildren(QMessageBox)
    no = box.defaultButton()
    button = next(b for b in box.buttons() if (b is not no) is yes)
    said = box.informativeText()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    box.deleteLater()
    page.window().repaint()
    return said


def test_nothing_is_said_where_there_is_nothing_to_say(page):
    assert not page.notes.isVisible()


def test_devices_that_came_or_went_are_told(page, node):
    happens(node, news=(DeviceNewsView(2, "added", AT), DeviceNewsView(1, "removed", AT + 1)))
    assert page.notes.isVisible()
    day = when.full_day(AT)
    assert page.notes.news.text().split("\n") == [
        f"This contact added a device (number 2) on {day}.",
        f"This contact removed a device (number 1) on {day}.",
    ]
    happens(node)
    assert not page.notes.isVisible()


def test_the_same_on_the_contacts_page(qtbot, desk, node, look):
    happens(node, trust="compromised", against=PROOF, news=(DeviceNewsView(2, "added", AT),))
    about = ContactPage(desk, look, BOB.id)
    qtbot.addWidget(about)
    about.show()
    assert about.notes.against.words.text() == PROOF
    assert "added a device" in about.notes.news.text()
    assert not about.notes.advice.isVisible()
    assert not about.same.isVisible(), "a look at the words does not undo a proof"


def test_nothing_is_sent_to_a_compromised_contact_without_a_yes(page, node, qtbot):
    happens(node, trust="compromised", against=PROOF)
    assert page.notes.against.isVisible()
    write(page, node, qtbot, "a secret")
    assert asked(node, schema.Send) == []
    assert PROOF in answer(page, qtbot, yes=False)
    assert asked(node, schema.Send) == []
    assert page.composer.box.toPlainText() == "a secret", "what was written is not lost"


def test_after_a_yes_it_goes_out_and_the_next_ones_as_well(page, node, qtbot):
    happens(node, trust="compromised", against=PROOF)
    write(page, node, qtbot, "I know")
    answer(page, qtbot, yes=True)
    node.deliver()
    assert [(r.text, r.anyway) for r in asked(node, schema.Send)] == [("I know", True)]
    write(page, node, qtbot, "and more")
    assert [r.text for r in asked(node, schema.Send)] == ["I know", "and more"]


def test_to_others_nothing_goes_anyway(page, node, qtbot):
    write(page, node, qtbot, "hello")
    assert [r.anyway for r in asked(node, schema.Send)] == [False]


def test_comparing_is_advised_once_by_a_quiet_card(page, node, desk, qtbot):
    opened = []
    desk.page_opened.connect(lambda *page: opened.append(page))
    happens(node, suggest_verify=True)
    assert page.notes.advice.isVisible()
    qtbot.mouseClick(page.notes.not_now, Qt.MouseButton.LeftButton)
    assert [r.contact for r in asked(node, schema.SuggestionShown)] == [BOB.id]
    happens(node, suggest_verify=False)
    assert not page.notes.isVisible()
    happens(node, suggest_verify=True)
    qtbot.mouseClick(page.notes.now, Qt.MouseButton.LeftButton)
    assert opened[-1] == ("contact", BOB.id)
    assert len(asked(node, schema.SuggestionShown)) == 2
