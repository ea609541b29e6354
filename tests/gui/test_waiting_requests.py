"""Contact requests that wait are seen in the window, whatever page is open."""

import pytest
from fake_node import NOON, FakeNode, FakeStarter, contact
from PySide6.QtCore import Qt

from onionchat.control import schema
from onionchat.views import ContactChanged, RequestReceived, RequestView
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob")
EVE = RequestView(f"{7:032x}", "Eve", "Hello", NOON)
MALLORY = RequestView(f"{8:032x}", "Mallory", "", NOON + 1)


@pytest.fixture
def node(qapp):
    return FakeNode(BOB)


@pytest.fixture
def desk(node):
    return Desk(node, FakeStarter(node), lambda: node.now)


@pytest.fixture
def window(qtbot, node, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    desk.session.open()
    node.deliver()
    return made


def in_menu(window):
    lines = window.menu_button.menu().actions()
    (words,) = (line.text() for line in lines if line.text().startswith("Contact requests"))
    return words


def test_nobody_waits_and_nothing_says_so(window):
    assert not window.waiting.isVisible()
    assert window.menu_button.accessibleName() == "Menu"
    assert in_menu(window) == "Contact requests"


def test_one_that_comes_is_a_row_above_the_conversations_and_a_count_at_the_menu(window, node):
    node.tell(RequestReceived(EVE))
    assert window.waiting.isVisible()
    assert window.waiting.button.text() == "1 contact request(s)"
    assert window.waiting.mapTo(window, window.waiting.rect().bottomLeft()).y() <= (
        window.list.mapTo(window, window.list.rect().topLeft()).y()
    )
    assert window.menu_button.accessibleName() == "Menu: 1 contact request(s)"
    assert window.menu_button.toolTip() == "Menu: 1 contact request(s)"
    assert in_menu(window) == "Contact requests (1)"
    node.tell(RequestReceived(MALLORY))
    assert window.waiting.button.text() == "2 contact request(s)"


def test_what_waited_before_the_window_was_opened_is_there(qtbot, node, desk, look):
    node.replies[schema.Requests] = (EVE, MALLORY)
    window = MainWindow(desk, look)
    qtbot.addWidget(window)
    window.show()
    desk.session.open()
    node.deliver()
    assert window.waiting.button.text() == "2 contact request(s)"


def test_a_press_opens_the_page_and_the_row_goes_with_the_last_answer(window, node, qtbot):
    node.replies[schema.Requests] = (EVE,)
    node.tell(RequestReceived(EVE))
    qtbot.mouseClick(window.waiting.button, Qt.MouseButton.LeftButton)
    node.deliver()
    page = window.pages.currentWidget()
    qtbot.mouseClick(page.cards[EVE.id].decline, Qt.MouseButton.LeftButton)
    node.deliver()
    assert not window.waiting.isVisible()
    assert in_menu(window) == "Contact requests"


def test_one_that_was_answered_on_another_device_waits_no_more(window, node):
    node.tell(RequestReceived(EVE))
    node.tell(ContactChanged(contact(7, id=EVE.id, name="Eve")))
    assert not window.waiting.isVisible()


def test_whoever_has_no_contact_yet_sees_it_also_in_a_narrow_window(qtbot, node, desk, look):
    node.people.clear()
    window = MainWindow(desk, look)
    qtbot.addWidget(window)
    window.resize(420, 640)
    window.show()
    desk.session.open()
    node.deliver()
    node.tell(RequestReceived(EVE))
    assert not window.sides.beside
    assert window.waiting.isVisible()


def test_a_locked_window_says_nothing_of_it_and_knows_it_again_afterwards(window, desk, node):
    node.replies[schema.Requests] = (EVE,)
    node.replies[schema.VerifyPassphrase] = schema.Nothing()
    desk.session.refresh()
    node.tell(RequestReceived(EVE))
    desk.requests.load()
    desk.lock.lock()
    node.deliver()
    assert desk.requests.waiting == ()
    assert window.waiting.button.text() == ""
    assert window.menu_button.accessibleName() == "Menu"
    desk.lock.unlock("open sesame")
    node.deliver()
    assert window.waiting.button.text() == "1 contact request(s)"


def test_the_row_is_reached_by_tab_before_the_conversations(window, node, qtbot):
    node.tell(RequestReceived(EVE))
    window.search.setFocus()
    qtbot.keyClick(window.search, Qt.Key.Key_Tab)
    assert window.focusWidget() is window.waiting.button
    qtbot.keyClick(window.waiting.button, Qt.Key.Key_Tab)
    assert window.focusWidget() is window.list


def test_the_conversation_with_who_was_accepted_has_a_head_before_anybody_writes(
    window, desk, node, qtbot
):
    eve = contact(7, id=EVE.id, name="Eve of the market")
    node.replies[schema.Requests] = (EVE,)
    node.people[eve.id] = eve
    node.history[eve.id] = []
    node.replies[schema.Accept] = eve
    node.tell(RequestReceived(EVE))
    desk.open_page("requests")
    node.deliver()
    window.pages.currentWidget().cards[EVE.id].accept.click()
    node.deliver()
    page = window.pages.currentWidget()
    assert page.contact == eve.id
    # The node tells of it after the answer.
    node.tell(ContactChanged(eve))
    assert page._name.text() == "Eve of the market"
    assert page._path.isVisible()
    assert page.composer.isEnabled()
    chosen = window.list.selectedIndexes()
    assert [index.data() for index in chosen] == ["Eve of the market"]
