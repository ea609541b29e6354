"""The page of one's own devices, driven by keys and mouse over the fake node."""

import pytest
from device_scenes import LINK, MINE, SIX, link_reply
from fake_node import NOON, PHRASE, FakeNode, FakeStarter
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from onionchat.control import schema
from onionchat.errors import DeviceLinkSpoiled, DevicePutOut, InvalidInput, WrongDeviceCode
from onionchat.views import LinkedView, LinkingChanged, RevokedView
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.devices_page import DevicesPage

LAPTOP = MINE[1]


@pytest.fixture
def node(qapp):
    made = FakeNode()
    made.now = NOON + 900
    made.replies[schema.Devices] = lambda _: made.views
    made.views = MINE
    made.replies[schema.LinkDevice] = lambda _: link_reply()
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def page(qtbot, desk, node, look):
    made = DevicesPage(desk, look)
    qtbot.addWidget(made)
    made.show()
    node.deliver()
    return made


def asked(node, kind):
    return [request for request in node.asked if isinstance(request, kind)]


def raising(error):
    def answer(_):
        raise error

    return answer


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


# --- The list ------------------------------------------------------------------------------------


def test_each_device_says_what_it_is_the_most_senior_first(page):
    said = [(row.name.text(), row.state.text()) for row in page.rows.values()]
    assert said == [
        ("Computer at home", "This device"),
        ("Laptop", "Connected"),
        ("The old telephone with the long name", "Not connected"),
        ("Telephone that was stolen", "Put out of your account"),
    ]


def test_a_device_that_was_put_out_is_not_renamed(page):
    assert page.rows[MINE[3].id].rename.isHidden()


def test_a_device_gets_another_name_in_its_place(page, node, qtbot):
    node.replies[schema.RenameDevice] = lambda asked: replace(LAPTOP, name=asked.name)
    row = page.rows[LAPTOP.id]
    click(qtbot, row.rename)
    assert row.box.hasFocus()
    assert row.box.selectedText() == "Laptop"
    qtbot.keyClicks(row.box, "On the road")
    qtbot.keyClick(row.box, Qt.Key.Key_Return)
    node.deliver()
    assert asked(node, schema.RenameDevice) == [
        schema.RenameDevice(device=LAPTOP.id, name="On the road")
    ]
    assert row.name.text() == "On the road"
    assert row.box.isHidden()
    assert row.rename.hasFocus()


def test_a_name_that_is_refused_stays_to_be_changed(page, node, qtbot):
    row = page.rows[LAPTOP.id]
    node.replies[schema.RenameDevice] = raising(InvalidInput())
    click(qtbot, row.rename)
    click(qtbot, row.store)
    node.deliver()
    assert page.problem.words.text() == InvalidInput.sentence
    assert row.box.isVisible()


def test_escape_leaves_the_name_as_it_was(page, node, qtbot):
    row = page.rows[LAPTOP.id]
    click(qtbot, row.rename)
    qtbot.keyClicks(row.box, "x")
    qtbot.keyClick(row.box, Qt.Key.Key_Escape)
    assert row.box.isHidden()
    assert asked(node, schema.RenameDevice) == []


def test_what_is_being_typed_stays_when_the_list_is_told_anew(page, node, qtbot):
    row = page.rows[LAPTOP.id]
    click(qtbot, row.rename)
    qtbot.keyClicks(row.box, "On the")
    node.views = (MINE[0], replace(LAPTOP, connected=False), *MINE[2:])
    page.model.load()
    node.deliver()
    assert page.rows[LAPTOP.id] is row
    assert row.state.text() == "Not connected"
    assert row.box.text() == "On the"
    assert row.box.hasFocus()


def test_the_list_is_kept_fresh_only_while_somebody_looks(page):
    assert page.model.again.isActive()
    page.hide()
    assert not page.model.again.isActive()


def test_who_is_connected_is_not_known_while_the_node_is_lost(page, node):
    row = page.rows[LAPTOP.id]
    node.lose(ended=False)
    assert row.state.text() == "Not known now"
    assert page.rows[MINE[0].id].state.text() == "This device"
    node.join()
    node.deliver()
    assert row.state.text() == "Connected"


# --- Linking -------------------------------------------------------------------------------------


def make_link(page, node, qtbot):
    click(qtbot, page.linking.make)
    node.deliver()
    return page.linking


def wait(node, waiting=1):
    node.happened.emit((LinkingChanged("old", "waiting", waiting=waiting),))


def test_a_link_is_shown_as_a_code_and_as_text_with_the_time_left(page, node, qtbot):
    card = make_link(page, node, qtbot)
    assert card.picture.isVisible()
    assert card.link.text() == LINK
    assert "14:33" in card.left.text()
    node.now += 60
    card.model.ticked.emit()
    assert "13:33" in card.left.text()


def test_the_code_is_asked_for_only_once_a_device_waits(page, node, qtbot):
    card = make_link(page, node, qtbot)
    assert card.code.isHidden()
    wait(node)
    assert card.code.hasFocus()
    wait(node, 0)
    assert card.code.isHidden()


def test_two_that_wait_are_said(page, node, qtbot):
    card = make_link(page, node, qtbot)
    wait(node, 2)
    assert "somebody else may have seen the link" in card.waits.text()


def test_the_right_code_takes_the_device_in_and_both_show_six_words(page, node, qtbot):
    node.replies[schema.ConfirmDevice] = LinkedView("Laptop", SIX)
    card = make_link(page, node, qtbot)
    wait(node)
    qtbot.keyClicks(card.code, "4821 7730")
    qtbot.keyClick(card.code, Qt.Key.Key_Return)
    node.deliver()
    assert asked(node, schema.ConfirmDevice) == [schema.ConfirmDevice(code="4821 7730")]
    assert card.words.text().split() == list(SIX)
    assert "“Laptop” is a device of yours now" in card.taken.text()
    assert card.out.isHidden()
    click(qtbot, card.finish)
    assert card.done.isHidden()
    assert card.make.isVisible()


def test_a_wrong_code_can_be_typed_again(page, node, qtbot):
    node.replies[schema.ConfirmDevice] = raising(WrongDeviceCode())
    card = make_link(page, node, qtbot)
    wait(node)
    qtbot.keyClicks(card.code, "00000000")
    click(qtbot, card.confirm)
    node.deliver()
    assert card.problem.words.text() == WrongDeviceCode.sentence
    assert card.code.selectedText() == "00000000"
    qtbot.keyClicks(card.code, "4")
    assert card.problem.isHidden()


def test_the_third_wrong_code_ends_the_link(page, node, qtbot):
    card = make_link(page, node, qtbot)
    wait(node)
    node.happened.emit((LinkingChanged("old", "failed", sentence=DeviceLinkSpoiled.sentence),))
    assert card.problem.words.text() == DeviceLinkSpoiled.sentence
    assert card.out.isHidden()
    assert card.make.isVisible()


def test_a_link_is_taken_back(page, node, qtbot):
    card = make_link(page, node, qtbot)
    click(qtbot, card.cancel)
    node.deliver()
    assert len(asked(node, schema.CancelDeviceLink)) == 1
    assert card.out.isHidden()
    assert card.link.text() == ""


def test_leaving_the_page_does_not_end_the_link(page, desk, node, qtbot, look):
    make_link(page, node, qtbot)
    again = DevicesPage(desk, look)
    qtbot.addWidget(again)
    assert again.linking.link.text() == LINK


def test_a_locked_window_takes_the_link_back(page, desk, node, qtbot):
    make_link(page, node, qtbot)
    desk.lock.lock()
    node.deliver()
    assert len(asked(node, schema.CancelDeviceLink)) == 1
    desk.lock.unlock("open sesame")
    node.deliver()
    assert desk.linking.link is None


def test_a_lost_node_has_forgotten_the_link(page, node, qtbot):
    card = make_link(page, node, qtbot)
    node.lose()
    assert card.out.isHidden()
    assert "Make a new link" in card.problem.words.text()


def test_a_name_from_another_device_is_text(page, node, qtbot):
    evil = "<b>x</b>\u202e\n" + "W" * 500
    node.views = (replace(MINE[0], name=evil),)
    page.model.load()
    node.deliver()
    (row,) = page.rows.values()
    assert "\u202e" not in row.name.text()
    assert "\n" not in row.name.text()
    assert row.name.textFormat() == Qt.TextFormat.PlainText
    assert page.minimumSizeHint().width() < 640


# --- Putting one out -----------------------------------------------------------------------------


def gone(node, **counts):
    def answer(asked):
        view = replace(next(v for v in node.views if v.id == asked.device), state="revoked")
        node.views = tuple(view if v.id == view.id else v for v in node.views)
        return RevokedView(view, **({"contacts": 0} | counts))

    node.replies[schema.RevokeDevice] = answer


def test_a_junior_device_is_put_out_after_a_question_that_says_what_it_means(page, node, qtbot):
    gone(node, contacts=3)
    click(qtbot, page.rows[LAPTOP.id].out)
    assert page.question.question.text() == "Put “Laptop” out of your account?"
    assert "cannot be undone" in page.question.meaning.text()
    assert page.question.words.isHidden()
    assert page.question.no.hasFocus()
    click(qtbot, page.question.yes)
    node.deliver()
    assert asked(node, schema.RevokeDevice) == [schema.RevokeDevice(device=LAPTOP.id)]
    assert "“Laptop” is none of your devices any more." in page.outcome.words.text()
    assert page.question.isHidden()
    assert page.rows[LAPTOP.id].state.text() == "Put out of your account"
    assert page.rows[LAPTOP.id].out.isHidden()


def test_nothing_is_done_by_whoever_leaves_it(page, node, qtbot):
    click(qtbot, page.rows[LAPTOP.id].out)
    click(qtbot, page.question.no)
    node.deliver()
    assert page.question.isHidden()
    assert page.rows[LAPTOP.id].out.hasFocus()
    assert asked(node, schema.RevokeDevice) == []


def test_a_senior_device_needs_the_recovery_words_and_none_of_them_stays(page, node, qtbot):
    node.views = (replace(MINE[0], this=False), replace(LAPTOP, this=True))
    page.model.load()
    node.deliver()
    gone(node)
    click(qtbot, page.rows[MINE[0].id].out)
    field = page.question.words
    assert field.hasFocus()
    assert field.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClicks(field, " ".join(PHRASE[:23]))
    assert not page.question.yes.isEnabled()
    qtbot.keyClicks(field, " " + PHRASE[23])
    qtbot.keyClick(field, Qt.Key.Key_Return)
    node.deliver()
    (request,) = asked(node, schema.RevokeDevice)
    assert request.recovery == " ".join(PHRASE)
    assert field.text() == ""


def test_wrong_words_can_be_typed_again(page, node, qtbot):
    node.views = (replace(MINE[0], this=False), replace(LAPTOP, this=True))
    page.model.load()
    node.deliver()
    sentence = "This recovery phrase does not belong to this account."
    node.replies[schema.RevokeDevice] = raising(InvalidInput(sentence))
    click(qtbot, page.rows[MINE[0].id].out)
    page.question.words.setText(" ".join(PHRASE))
    click(qtbot, page.question.yes)
    node.deliver()
    assert page.problem.words.text() == sentence
    assert page.question.isVisible()


def test_where_it_is_still_senior_the_words_are_asked_for(page, node, qtbot):
    gone(node, contacts=1, senior=2, waiting=1)
    click(qtbot, page.rows[LAPTOP.id].out)
    click(qtbot, page.question.yes)
    node.deliver()
    assert "recovery words" in page.outcome.more.words.text()
    click(qtbot, page.outcome.again)
    assert page.question.words.hasFocus()


def test_the_only_device_is_not_put_out(page, node):
    node.views = (MINE[0], MINE[3])
    page.model.load()
    node.deliver()
    assert page.rows[MINE[0].id].out.isHidden()


def test_this_device_leaves_and_then_says_so(page, node, qtbot):
    gone(node)
    row = page.rows[MINE[0].id]
    assert row.out.text() == "Leave the account…"
    click(qtbot, row.out)
    assert page.question.question.text() == "Leave your account with this device?"
    click(qtbot, page.question.yes)
    node.deliver()
    assert page.problem.words.text() == DevicePutOut.sentence
    assert not page.linking.make.isVisible()
    assert all(row.out.isHidden() for row in page.rows.values())
