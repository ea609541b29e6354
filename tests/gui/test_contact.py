"""The contact page: what its model asks, and what the page shows and does."""

import pytest
from fake_node import FakeNode, FakeStarter, contact
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from onionchat.control import schema
from onionchat.errors import InvalidInput, NameTaken
from onionchat.views import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    MessageStateChanged,
    RemovedView,
)
from onionchat_gui import icons, theme
from onionchat_gui.viewmodels.contact import Contact, Field
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.contact_page import ContactPage

BOB = contact(1, name="Bob", suggested_name="Robert")
WORDS = ("acid", "bamboo", "canyon", "dolphin")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1h-1z"/></svg>'


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.replies[schema.VerifyQr] = schema.VerifyQrReply(WORDS, "ONIONCHAT-VERIFY: …", "", SVG)
    made.replies[schema.Rename] = lambda asked: replace(BOB, name=asked.name)
    made.replies[schema.Validate] = replace(BOB, trust="validated")
    made.replies[schema.OwnOnion] = replace(BOB, own_onion=True)
    made.replies[schema.Block] = replace(BOB, state="blocked", problem="The link still works.")
    made.replies[schema.Unblock] = BOB
    made.replies[schema.Remove] = RemovedView("Bob", 12)
    made.replies[schema.Cancel] = RemovedView("Bob", 0)
    made.connected = True
    return made


@pytest.fixture
def model(node):
    return Contact(node, BOB.id, BOB)


def told(signal):
    """Everything that a signal says."""
    heard = []
    signal.connect(lambda *said: heard.append(said))
    return heard


def last(node, kind):
    asked = [request for request in node.asked if isinstance(request, kind)]
    return asked[-1] if asked else None


# --- The model -----------------------------------------------------------------------------------


def test_a_new_name_is_shown_when_the_node_has_it(model, node):
    model.rename("Bobby")
    assert model.view.name == "Bob"
    assert model.busy
    node.deliver()
    assert model.view.name == "Bobby"
    assert not model.busy


def test_a_name_that_is_taken_is_a_sentence_below_the_name(model, node):
    failed = told(model.failed)
    node.problem = NameTaken()
    model.rename("Carol")
    node.deliver()
    assert failed == [(Field.NAME, NameTaken.sentence)]
    assert model.view.name == "Bob"


def test_the_same_name_is_not_asked_for(model, node):
    model.rename("Bob")
    assert not node.asked


@pytest.mark.parametrize("said", ["acid bamboo canyon dolphin", " acid,bamboo\ncanyon  dolphin "])
def test_words_that_were_read_out_are_sent_one_by_one(model, node, said):
    model.validate(said)
    node.deliver()
    assert last(node, schema.Validate).words == WORDS
    assert model.view.trust == "validated"


@pytest.mark.parametrize("blank", [" ", "  ", "\n", ", "])
def test_the_text_of_a_code_is_sent_with_its_beginning(model, node, blank):
    model.validate(f"ONIONCHAT-VERIFY: acid{blank}bamboo\n")
    assert last(node, schema.Validate).words == ("ONIONCHAT-VERIFY:", "acid", "bamboo")


@pytest.mark.parametrize("said", ["x" * 65, "word " * 65])
def test_what_cannot_be_words_is_not_sent(model, node, said):
    failed = told(model.failed)
    model.validate(said)
    assert failed[0][0] == Field.WORDS
    assert not node.asked


def test_nobody_can_say_that_words_are_the_same_before_seeing_them(model, node):
    model.matches()
    assert not node.asked
    model.load_words()
    node.deliver()
    model.matches()
    assert last(node, schema.Validate).words == WORDS


def test_what_waits_is_counted_again_when_something_was_delivered(node):
    model = Contact(node, BOB.id, replace(BOB, queued=1, problem="Not online."))
    node.happened.emit((ConnectionChanged(BOB.id, "Bob", True),))
    assert model.view.problem is None
    delivered = MessageStateChanged(BOB.id, ("1",), "delivered")
    node.happened.emit((delivered,))
    node.happened.emit((delivered,))
    assert [type(asked) for asked in node.asked] == [schema.Contacts]
    node.deliver()
    assert model.view.queued == 0
    node.happened.emit((delivered,))
    assert len(node.asked) == 1


@pytest.mark.parametrize("said", ["1 acid 2 bamboo", "1. acid 2. bamboo", "01: acid, 02: bamboo"])
def test_words_may_be_read_out_with_their_numbers(model, node, said):
    model.validate(said)
    assert last(node, schema.Validate).words == ("acid", "bamboo")


def test_wrong_words_do_not_validate(model, node):
    failed = told(model.failed)
    node.problem = InvalidInput("These are not the words.")
    model.validate("other words")
    node.deliver()
    assert failed == [(Field.WORDS, "These are not the words.")]
    assert model.view.trust == "unvalidated"


def test_visibility_is_for_this_contact_alone(model, node):
    model.set_visibility("hidden")
    node.deliver()
    asked = last(node, schema.SetVisibility)
    assert (asked.contact, asked.visibility) == (BOB.id, "hidden")
    assert model.view.visibility == "hidden"


def test_blocking_says_that_the_link_still_works(model, node):
    said = told(model.said)
    model.block()
    node.deliver()
    assert model.blocked
    assert said == [("The link still works.",)]
    model.unblock()
    node.deliver()
    assert not model.blocked


def test_removal_is_told_once(model, node):
    removed = told(model.removed)
    model.remove()
    node.happened.emit((ContactRemoved(BOB.id, "Bob"),))
    node.deliver()
    assert removed == [("Bob",)]
    assert model.view is None


def test_a_request_of_ones_own_is_taken_back_not_removed(node):
    model = Contact(node, BOB.id, replace(BOB, state="requested"))
    model.remove()
    assert last(node, schema.Cancel) is not None
    assert last(node, schema.Remove) is None


def test_events_of_others_change_nothing(model, node):
    changed = told(model.changed)
    other = contact(2)
    node.happened.emit((ContactChanged(other), ConnectionChanged(other.id, other.name, True)))
    assert not changed
    node.happened.emit((ConnectionChanged(BOB.id, "Bob", True),))
    assert model.view.connected
    assert len(changed) == 1


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def page(qtbot, desk, node, look):
    made = ContactPage(desk, look, BOB.id)
    qtbot.addWidget(made)
    made.show()
    node.deliver()
    return made


def test_words_and_code_are_shown_and_confirmed(page, node, qtbot):
    assert page.grid.count() == len(WORDS)
    assert page.code.isVisible()
    qtbot.mouseClick(page.same, Qt.MouseButton.LeftButton)
    node.deliver()
    assert page.trust.text() == "Validated"
    assert not page.same.isVisible()
    assert page.code.isVisible(), "the contact may still want to read it"


def test_renaming_by_keys(page, node, qtbot):
    assert not page.save_name.isEnabled()
    page.name.selectAll()
    qtbot.keyClicks(page.name, "Bobby")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    node.deliver()
    assert page.petname.text() == "Bobby"
    assert "Robert" in page.suggested.text()


def test_what_is_typed_survives_news_of_the_contact(page, node, qtbot):
    qtbot.keyClicks(page.name, "by")
    node.happened.emit((ConnectionChanged(BOB.id, "Bob", True),))
    assert page.name.text() == "Bobby"


def test_an_error_stands_below_its_field(page, node, qtbot):
    node.problem = NameTaken()
    qtbot.keyClicks(page.name, "by")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    node.deliver()
    assert page.problems[Field.NAME].isVisible()
    assert page.problems[Field.NAME].words.text() == NameTaken.sentence


def test_nothing_is_removed_without_a_yes(page, node, desk, qtbot):
    opened = told(desk.page_opened)
    qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
    node.deliver()
    box = page.findChild(QMessageBox)
    assert "all messages" in box.informativeText()
    assert not box.isModal()
    assert last(node, schema.Remove) is None
    assert box.defaultButton() == box.button(QMessageBox.StandardButton.Cancel)
    yes = next(button for button in box.buttons() if button is not box.defaultButton())
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    node.deliver()
    assert last(node, schema.Remove) is not None
    assert opened[-1] == ("", "")


def test_a_hostile_contact_is_plain_text(qtbot, desk, node, look):
    evil = replace(
        BOB,
        name="<b>\u202eevil</b>",
        suggested_name="\x1b]0;x\n<img src=x>",
        lookalike="<i>Ada</i>",
        problem="<u>no</u>",
    )
    node.happened.emit((ContactChanged(evil),))
    page = ContactPage(desk, look, BOB.id)
    qtbot.addWidget(page)
    for shown in (page.petname, page.suggested, page.lookalike.words, page.problem.words):
        assert shown.textFormat() == Qt.TextFormat.PlainText
        assert "\x1b" not in shown.text()
    assert "<i>Ada</i>" in page.lookalike.words.text()
    assert "\u202e" not in page.petname.text()


@pytest.mark.parametrize(
    ("trust", "words"), [("validated", "Validated"), ("compromised", "Compromised")]
)
def test_trust_is_said_in_words(page, node, trust, words):
    node.happened.emit((ContactChanged(replace(BOB, trust=trust)),))
    assert page.trust.text() == words
    assert page.trust_meaning.text()


def test_a_contact_can_be_written_to_from_its_page(page, desk, qtbot):
    opened = told(desk.page_opened)
    qtbot.mouseClick(page.write, Qt.MouseButton.LeftButton)
    assert opened == [("conversation", BOB.id)]


def test_whoever_has_not_answered_yet_cannot_be_written_to(page, node):
    node.happened.emit((ContactChanged(replace(BOB, state="requested")),))
    assert not page.write.isVisible()


@pytest.mark.parametrize("state", ["outgoing", "requested"])
def test_words_and_code_appear_when_the_request_is_accepted(qtbot, desk, node, look, state):
    waits = replace(BOB, state=state)
    node.happened.emit((ContactChanged(waits),))
    page = ContactPage(desk, look, BOB.id)
    qtbot.addWidget(page)
    page.show()
    node.deliver()
    assert not page.words.isVisible()
    assert last(node, schema.VerifyQr) is None
    node.happened.emit((ContactChanged(BOB),))
    node.happened.emit((ConnectionChanged(BOB.id, "Bob", True),))
    node.deliver()
    assert page.words.isVisible()
    assert page.code.isVisible()
    assert page.grid.count() == len(WORDS)
    assert sum(isinstance(asked, schema.VerifyQr) for asked in node.asked) == 1


def test_words_appear_when_it_was_accepted_while_the_node_was_away(model, node):
    model.tell(replace(BOB, state="requested"))
    model.tell(BOB)
    node.deliver()
    assert model.words == WORDS


def test_a_question_has_the_pictures_of_the_window_and_none_of_the_desktop(page, qtbot):
    qtbot.mouseClick(page.block, Qt.MouseButton.LeftButton)
    box = page.findChild(QMessageBox)
    assert box.icon() == QMessageBox.Icon.NoIcon
    assert not box.iconPixmap().isNull()
    no = box.button(QMessageBox.StandardButton.Cancel)
    assert no.icon().cacheKey() == icons.icon("x", theme.in_use().text, (20,)).cacheKey()


def test_that_the_words_were_the_same_is_said_where_one_looked(page, node, qtbot):
    assert not page.done.isVisible()
    page.heard.setText("acid bamboo canyon dolphin")
    qtbot.mouseClick(page.compare, Qt.MouseButton.LeftButton)
    node.deliver()
    assert page.done.isVisible()
    assert page.done.text() == "The words are the same: Bob is validated now."


def test_whoever_was_validated_before_is_not_told_of_again(qtbot, desk, node, look):
    node.happened.emit((ContactChanged(replace(BOB, trust="validated")),))
    page = ContactPage(desk, look, BOB.id)
    qtbot.addWidget(page)
    page.show()
    node.deliver()
    assert not page.done.isVisible()
