"""What can be done with a conversation where it stands in the list."""

import pytest
from fake_node import NOON, FakeNode, FakeStarter, contact, message
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from onionchat.control import schema
from onionchat.errors import StorageFailed
from onionchat.views import ContactRemoved, RemovedView
from onionchat_gui.viewmodels.contact import Contact
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob", unread=3, last_time=NOON)


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB, contact(2, name="Ada"))
    made.history[BOB.id] = [message(n, BOB) for n in range(3)]
    made.replies[schema.Block] = replace(BOB, state="blocked", problem="The link still works.")
    made.replies[schema.Unblock] = BOB
    made.replies[schema.Remove] = RemovedView("Bob", "")
    made.replies[schema.Cancel] = RemovedView("Bob", "")
    made.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid",) * 12, "acid", "", "")
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def window(qtbot, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def menu(window):
    """Opens it for Bob, by the right button or the key for menus."""

    def open_(reason=QContextMenuEvent.Reason.Mouse):
        rows = window.list
        index = rows.model().index(rows.model().row(BOB.id), 0)
        rows.setCurrentIndex(index)
        point = rows.visualRect(index).center()
        if reason == QContextMenuEvent.Reason.Keyboard:
            point = QPoint(-5, -5)
        event = QContextMenuEvent(reason, point, rows.viewport().mapToGlobal(point))
        QApplication.sendEvent(rows.viewport(), event)
        (found,) = [menu for menu in rows.findChildren(QMenu) if menu.isVisible()]
        return found

    return open_


def words(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def choose(menu, word):
    (action,) = [action for action in menu.actions() if action.text() == word]
    action.trigger()
    menu.close()


def asked(window):
    """The question that stands there, and its buttons by their words."""
    (box,) = window.list.findChildren(QMessageBox)
    return box, {button.text(): button for button in box.buttons()}


@pytest.mark.parametrize(
    "reason", [QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard]
)
def test_by_mouse_and_by_keys_it_says_what_can_be_done(menu, reason):
    opened = menu(reason)
    assert opened.accessibleName() == "Bob"
    assert words(opened) == [
        "Mark as read",
        "Search in this conversation",
        "About this contact",
        "Disappearing messages",
        "Delete the conversation…",
        "Block…",
        "Remove…",
    ]


def test_a_conversation_is_read_without_being_opened(menu, window, desk, node):
    choose(menu(), "Mark as read")
    node.deliver()
    assert schema.MarkRead(contact=BOB.id) in node.asked
    assert desk.conversations.contact(BOB.id).unread == 0
    assert window._shown == ("", "")
    assert not menu().actions()[0].isEnabled(), "there is nothing to read"


@pytest.mark.parametrize(
    ("word", "page"), [("Search in this conversation", "search"), ("About this contact", "contact")]
)
def test_it_leads_to_the_pages_about_it(menu, window, node, word, page):
    choose(menu(), word)
    node.deliver()
    assert window._shown == (page, BOB.id)


def test_blocking_asks_first_and_says_what_the_node_says_of_it(menu, window, desk, node):
    choose(menu(), "Block…")
    box, buttons = asked(window)
    assert box.text() == "Block Bob?" and not any(isinstance(r, schema.Block) for r in node.asked)
    buttons["Block"].click()
    node.deliver()
    assert schema.Block(contact=BOB.id) in node.asked
    assert desk.notices.shown.sentence == "The link still works."
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.list.findChildren(Contact) == []


def test_what_is_blocked_is_unblocked_without_a_question(menu, desk, node):
    node.people[BOB.id] = replace(BOB, state="blocked")
    desk.conversations.load()
    node.deliver()
    choose(menu(), "Unblock")
    assert node.asked[-1] == schema.Unblock(contact=BOB.id)


@pytest.mark.parametrize("page", ["conversation", "contact", "settings"])
def test_what_is_removed_closes_its_pages_and_no_others(menu, window, desk, node, page):
    desk.open_page(page, "" if page == "settings" else BOB.id)
    node.deliver()
    choose(menu(), "Remove…")
    _, buttons = asked(window)
    buttons["Remove"].click()
    node.deliver()
    node.tell(ContactRemoved(BOB.id, "Bob"))
    assert schema.Remove(contact=BOB.id) in node.asked
    assert window._shown == (("settings", "") if page == "settings" else ("", ""))
    assert desk.notices.shown.sentence == "Bob was removed."


def test_a_request_of_ones_own_is_taken_back(menu, window, desk, node):
    node.people[BOB.id] = replace(BOB, state="outgoing")
    desk.conversations.load()
    node.deliver()
    opened = menu()
    assert "Block…" not in words(opened)
    choose(opened, "Take back the request…")
    asked(window)[1]["Take back"].click()
    assert node.asked[-1] == schema.Cancel(contact=BOB.id)


def test_what_went_wrong_is_said(menu, window, desk, node):
    choose(menu(), "Block…")
    node.problem = StorageFailed("The disk is full.")
    asked(window)[1]["Block"].click()
    node.deliver()
    assert desk.notices.shown.sentence == "The disk is full."


def test_locking_closes_menu_and_question(menu, window, desk):
    choose(menu(), "Remove…")
    opened = menu()
    desk.lock.lock()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.list.findChildren(QMessageBox) == window.list.findChildren(Contact) == []
    assert opened not in window.list.findChildren(QMenu)


def test_where_nobody_stands_there_is_no_menu(window):
    rows = window.list
    point = QPoint(5, rows.viewport().height() - 2)
    place = rows.viewport().mapToGlobal(point)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, place)
    QApplication.sendEvent(rows.viewport(), event)
    assert rows.findChildren(QMenu) == []


def test_an_ampersand_in_a_name_underlines_nothing(menu, window, desk, node):
    node.people[BOB.id] = replace(BOB, name="A&B <b>")
    desk.conversations.load()
    node.deliver()
    choose(menu(), "Block…")
    box, _ = asked(window)
    assert box.text() == "Block A&B <b>?" and box.textFormat() == Qt.TextFormat.PlainText
