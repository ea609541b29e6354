"""States have words, in the language of the window, and the same words everywhere."""

import pytest
from fake_node import FakeNode, FakeStarter, contact
from PySide6.QtCore import Qt, QTranslator

from onionchat.protocol.contacts.states import ContactState
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.message_row import Local
from onionchat_gui.viewmodels.words import contact_state, message_state
from onionchat_gui.views.contact_page import ContactPage
from onionchat_gui.views.conversation_list import ConversationList

UNSAID = {ContactState.ACTIVE, ContactState.OWN}
STATES = sorted(state.value for state in ContactState if state not in UNSAID)
MINE = ("queued", "sent", "delivered", "read", *Local)


@pytest.fixture
def foreign(qapp):
    """Another language: every sentence that is translated stands in guillemets."""

    class Language(QTranslator):
        def isEmpty(self):
            return False

        def translate(self, context, source, *_):
            return f"«{source}»"

    language = Language(qapp)
    qapp.installTranslator(language)
    yield
    qapp.removeTranslator(language)


@pytest.mark.parametrize("state", STATES)
def test_the_state_of_a_contact_is_said_in_one_way(foreign, qtbot, look, state):
    eve = contact(1, name="Eve", state=state, last_text="Bye")
    node = FakeNode(eve)
    desk = Desk(node, FakeStarter(node), lambda: node.now)
    desk.session.open()
    node.deliver()
    page, rows = ContactPage(desk, look, eve.id), ConversationList(desk, look)
    qtbot.addWidget(page)
    qtbot.addWidget(rows)
    word = contact_state(state)
    assert word.startswith("«")
    assert page.state.text() == word
    assert rows.itemDelegate().line(eve, "Bye") == word
    assert word in desk.conversations.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_contact_to_write_to_has_no_state_and_a_draft_comes_first(qtbot, look):
    node = FakeNode()
    rows = ConversationList(Desk(node, FakeStarter(node), lambda: node.now), look)
    qtbot.addWidget(rows)
    assert contact_state("active") == ""
    assert rows.itemDelegate().line(contact(1), "Bye") == "Bye"
    blocked = contact(1, state="blocked", draft="Half")
    assert rows.itemDelegate().line(blocked, "Half") == "Draft: Half"


@pytest.mark.parametrize("state", MINE)
def test_the_state_of_a_message_is_a_word(foreign, state):
    assert message_state(state).startswith("«")


def test_a_message_of_somebody_else_has_none(foreign):
    assert message_state("received") == ""
