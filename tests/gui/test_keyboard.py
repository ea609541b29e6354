"""Without a mouse: Enter presses every button of the window, and the focus does not run away."""

import pytest
from fake_node import NOON, FakeNode, FakeStarter, contact
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from onionchat.control import schema
from onionchat.errors import InvalidInput
from onionchat.views import InviteView, RequestView
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views.main_window import MainWindow

BOB = contact(1, name="Bob")
EVE = contact(7, name="Eve")
LINK = "onionchat:abc"


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.replies[schema.Invites] = ()
    made.replies[schema.Invite] = schema.InviteReply(
        InviteView("i", LINK, made.now + 86400, False, "unused", NOON), "", ""
    )
    made.replies[schema.Add] = EVE
    made.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid",), "", "", "")
    made.replies[schema.Requests] = (RequestView(EVE.id, "Eve", "", NOON),)
    return made


@pytest.fixture
def desk(node):
    return Desk(node, FakeStarter(node), lambda: node.now)


@pytest.fixture
def window(qtbot, node, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    desk.session.open()
    node.deliver()
    return made


@pytest.fixture
def page(window, desk, node):
    def opened(name, place=""):
        desk.open_page(name, place)
        node.deliver()
        QApplication.processEvents()
        return window.pages.currentWidget()

    return opened


def asked(node, kind):
    return [request for request in node.asked if isinstance(request, kind)]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_request_is_sent_by_a_key_on_the_button(window, page, node, qtbot, key):
    add = page("add")
    qtbot.keyClicks(add.link, LINK)
    add.add.setFocus()
    qtbot.keyClick(add.add, key)
    assert [request.link for request in asked(node, schema.Add)] == [LINK]


def test_enter_presses_back(window, page, desk, qtbot):
    opened = page("about")
    opened.back.setFocus()
    qtbot.keyClick(opened.back, Qt.Key.Key_Return)
    assert window.pages.currentWidget() is not opened


def test_enter_in_a_field_presses_no_button(window, page, node, qtbot):
    add = page("add")
    qtbot.keyClicks(add.link, LINK)
    add.name.setFocus()
    qtbot.keyClick(add.name, Qt.Key.Key_Return)
    assert not asked(node, schema.Add)


def test_enter_closes_a_notice(window, desk, qtbot):
    desk.notify("Something was lost.")
    window.notice.close_button.setFocus()
    qtbot.keyClick(window.notice.close_button, Qt.Key.Key_Return)
    assert not window.notice.isVisible()


# --- Where the focus is --------------------------------------------------------------------------


def test_who_makes_a_link_is_still_at_that_button_when_it_is_made(window, page, node, qtbot):
    add = page("add")
    add.make.setFocus()
    qtbot.keyClick(add.make, Qt.Key.Key_Return)
    assert not add.make.isEnabled()
    qtbot.keyClicks(window.focusWidget(), "Bob")
    assert window.search.text() == ""
    node.deliver()
    assert add.make.hasFocus()


def test_it_is_there_too_when_it_was_in_vain(window, page, node, qtbot):
    add = page("add")
    add.make.setFocus()
    node.problem = InvalidInput("No.")
    qtbot.keyClick(add.make, Qt.Key.Key_Space)
    node.deliver()
    assert add.make.hasFocus()


def test_meanwhile_no_other_button_is_pressed(window, page, node, qtbot):
    requests = page("requests")
    (card,) = requests.cards.values()
    card.accept.setFocus()
    for _ in range(2):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    node.problem = InvalidInput("No.")
    node.deliver()
    assert len(asked(node, schema.Accept)) == 1
    assert not asked(node, schema.Decline)
    assert card.accept.hasFocus()


def test_tab_goes_on_from_where_the_button_was(window, page, node, qtbot):
    about = page("contact", BOB.id)
    about.name.setText("Robert")
    about.save_name.setFocus()
    node.replies[schema.Rename] = contact(1, name="Robert")
    qtbot.keyClick(about.save_name, Qt.Key.Key_Return)
    node.deliver()
    assert not about.save_name.isEnabled()
    assert window.focusWidget() is window.keeper
    assert window.keeper.accessibleName() == "Save"
    qtbot.keyClick(window.keeper, Qt.Key.Key_Backtab)
    assert about.name.hasFocus()
    assert not window.keeper.isVisible()


def test_of_a_card_that_is_gone_nothing_is_left_but_the_page(window, page, node, qtbot):
    requests = page("requests")
    (card,) = requests.cards.values()
    card.decline.setFocus()
    qtbot.keyClick(card.decline, Qt.Key.Key_Return)
    node.deliver()
    QApplication.processEvents()
    assert not requests.cards
    assert not window.search.hasFocus()
    qtbot.keyClicks(window.focusWidget(), "x")
    assert window.search.text() == ""
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert not window.keeper.hasFocus()


def test_another_page_takes_the_focus_as_before(window, page, node, qtbot):
    add = page("add")
    add.make.setFocus()
    qtbot.keyClick(add.make, Qt.Key.Key_Return)
    settings = page("settings")
    assert settings.isAncestorOf(window.focusWidget())
    node.deliver()
    assert settings.isAncestorOf(window.focusWidget())


def test_who_is_asked_for_the_passphrase_since_the_node_ended_can_type_at_once(
    window, page, node, desk, qtbot
):
    page("conversation", BOB.id).composer.box.setFocus()
    node.lose()
    node.deliver()
    assert desk.session.phase == Phase.LOCKED
    assert window.start.passphrase.hasFocus()
