"""Settings: what the models ask and remember, and what the page shows and does."""

import os
import subprocess
import sys

import pytest
from fake_node import FakeNode, FakeStarter, contact
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tab_order import by_tab, controls, nameless, to_be_reached

from onionchat.control import schema
from onionchat.errors import InvalidInput, StorageFailed, TooManyTries, WrongPassphrase
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.passphrase_change import Field as PassphraseField
from onionchat_gui.viewmodels.passphrase_change import PassphraseChange
from onionchat_gui.viewmodels.preferences import Closing, Scheme, Telling
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.viewmodels.settings import RECEIPTS, VISIBILITY, Field, Settings
from onionchat_gui.views.settings_page import SettingsPage


@pytest.fixture
def node(qapp):
    made = FakeNode(contact(1))
    made.connected = True
    return made


def last(node, kind):
    asked = [request for request in node.asked if isinstance(request, kind)]
    return asked[-1] if asked else None


def told(signal):
    """Everything that a signal says."""
    heard = []
    signal.connect(lambda *said: heard.append(said))
    return heard


def refusing(error):
    def answer(_):
        raise error

    return answer


# --- What the node remembers ---------------------------------------------------------------------


@pytest.fixture
def model(node):
    made = Settings(node)
    made.load()
    node.deliver()
    return made


def test_settings_are_those_of_the_node(model):
    assert (model.values[VISIBILITY], model.values[RECEIPTS]) == ("online", "off")


def test_a_choice_shows_at_once_and_is_asked_for_once(model, node):
    model.choose(RECEIPTS, "on")
    assert model.values[RECEIPTS] == "on"
    assert last(node, schema.Set) == schema.Set(name=RECEIPTS, value="on")
    node.asked.clear()
    model.choose(RECEIPTS, "on")
    assert node.asked == []


def test_who_can_reach_this_device_is_for_all_contacts(model, node):
    model.choose(VISIBILITY, "hidden")
    assert last(node, schema.SetVisibility) == schema.SetVisibility(visibility="hidden")


def test_a_choice_that_is_refused_is_taken_back_and_said(model, node):
    failed = told(model.failed)
    node.replies[schema.Set] = refusing(StorageFailed())
    model.choose(RECEIPTS, "on")
    node.deliver()
    assert model.values[RECEIPTS] == "off"
    assert failed == [(Field.RECEIPTS, StorageFailed.sentence)]


def test_a_later_choice_outlives_the_refusal_of_an_earlier_one(model, node):
    node.replies[schema.SetVisibility] = lambda asked: (
        refusing(StorageFailed())(asked) if asked.visibility == "hidden" else schema.Nothing()
    )
    model.choose(VISIBILITY, "hidden")
    model.choose(VISIBILITY, "restricted")
    node.deliver()
    assert model.values[VISIBILITY] == "restricted"


def test_a_backup_says_where_it_is(model, node):
    saved = told(model.saved)
    model.back_up("/media/stick/onionchat")
    assert model.saving
    model.back_up("/another")
    node.deliver()
    assert saved == [("/media/stick/onionchat",)]
    assert not model.saving
    assert len([asked for asked in node.asked if isinstance(asked, schema.Backup)]) == 1


def test_a_backup_that_fails_says_why(model, node):
    failed = told(model.failed)
    node.replies[schema.Backup] = refusing(InvalidInput("There is something already."))
    model.back_up("/there")
    node.deliver()
    assert failed == [(Field.BACKUP, "There is something already.")]
    assert not model.saving


# --- The passphrase ------------------------------------------------------------------------------


@pytest.fixture
def change(node):
    return PassphraseChange(node)


def test_a_new_passphrase_is_asked_for_with_the_old_one(change, node):
    done = told(change.done)
    change.change("old one", "a new passphrase", "a new passphrase")
    assert change.busy
    node.deliver()
    asked = last(node, schema.ChangePassphrase)
    assert (asked.old, asked.new) == ("old one", "a new passphrase")
    assert done and not change.busy


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (("", "a new passphrase", "a new passphrase"), PassphraseField.OLD),
        (("old", "short", "short"), PassphraseField.NEW),
        (("old", "a new passphrase", "another passphrase"), PassphraseField.AGAIN),
        (("old", "x" * 2000, "x" * 2000), PassphraseField.NEW),
    ],
)
def test_what_cannot_be_a_new_passphrase_is_said_and_not_asked(change, node, typed, field):
    failed = told(change.failed)
    change.change(*typed)
    assert [where for where, _ in failed] == [field]
    assert failed[0][1]
    assert node.asked == []


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (WrongPassphrase(), PassphraseField.OLD),
        (TooManyTries("Too many wrong passphrases; try again in 4 s.", 4), PassphraseField.OLD),
        (InvalidInput("No."), PassphraseField.NEW),
    ],
)
def test_what_the_node_refuses_stands_below_its_field(change, node, error, field):
    failed = told(change.failed)
    node.problem = error
    change.change("old", "a new passphrase", "a new passphrase")
    node.deliver()
    assert failed == [(field, str(error))]
    assert not change.busy


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    assert made.session.phase == Phase.READY
    return made


@pytest.fixture
def page(qtbot, desk, look, node):
    made = SettingsPage(desk, look)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    qtbot.waitExposed(made)
    node.deliver()
    return made


def test_every_control_has_a_name_and_is_reached_by_tab(page, qtbot):
    assert nameless(controls(page)) == []
    reached = by_tab(page, page.back, qtbot)
    assert [control for control in to_be_reached(page) if control not in reached] == []
    sections = list(page.sections.values())
    assert reached[: 1 + len(sections)] == [page.back, *sections]
    rest = reached[1 + len(sections) :]
    places = [control.mapTo(page, control.rect().topLeft()).y() for control in rest]
    assert places == sorted(places), "in reading order"


def test_choices_cannot_be_made_before_the_node_told_them(qtbot, desk, look):
    page = SettingsPage(desk, look)
    qtbot.addWidget(page)
    assert not page.cards["privacy"].choices[VISIBILITY].isEnabled()


def test_visibility_and_receipts_are_chosen_by_a_click(page, node, qtbot):
    privacy = page.cards["privacy"]
    assert privacy.choices[VISIBILITY].buttons["online"].isChecked()
    for name, value in ((VISIBILITY, "hidden"), (RECEIPTS, "on")):
        qtbot.mouseClick(privacy.choices[name].buttons[value], Qt.MouseButton.LeftButton)
    assert last(node, schema.SetVisibility).visibility == "hidden"
    assert last(node, schema.Set).value == "on"


def test_a_refused_choice_is_said_below_it_and_looks_as_before(page, node):
    privacy = page.cards["privacy"]
    node.problem = StorageFailed()
    privacy.choices[RECEIPTS].buttons["on"].click()
    node.deliver()
    assert privacy.problems[Field.RECEIPTS].words.text() == StorageFailed.sentence
    assert privacy.choices[RECEIPTS].buttons["off"].isChecked()


def test_what_the_window_remembers_is_chosen_at_once(page, desk, qtbot):
    values = lambda: desk.preferences.values  # noqa: E731
    page.cards["notifications"].telling.buttons[Telling.NAME].click()
    page.cards["closing"].closing.buttons[Closing.STOP].click()
    page.cards["appearance"].scheme.buttons[Scheme.DARK].click()
    assert (values().telling, values().closing) == (Telling.NAME, Closing.STOP)
    assert values().scheme == Scheme.DARK
    minutes = page.cards["lock"].minutes
    minutes.setFocus()
    qtbot.keyClick(minutes, Qt.Key.Key_End)
    assert (minutes.currentText(), values().lock_minutes) == ("Never", 0)
    scale = page.cards["appearance"].scale
    qtbot.keyClick(scale, Qt.Key.Key_Down)
    assert values().text_scale == 110


def test_words_that_nobody_confirmed_are_said_and_what_is_possible(desk, node, look, qtbot):
    desk.preferences.change(words_open=True)
    desk.session.open()
    node.deliver()
    desk.session._enter(desk.session.phase.CONNECTING)
    desk.session._ready_if_told()
    assert "never confirmed" in desk.notices.shown.sentence
    desk.notices.act()
    made = SettingsPage(desk, look)
    qtbot.addWidget(made)
    made.show()
    node.deliver()
    card = made.cards["words"]
    assert "cannot be shown again" in card.meaning.text()
    assert made.sections["words"].isVisible()
    card.have.setFocus()
    qtbot.keyClick(card.have, Qt.Key.Key_Space)
    assert not desk.preferences.values.words_open
    assert not card.have.isVisible() and not made.sections["words"].isVisible()
    assert made.focusWidget() is made.sections["passphrase"]


def test_whose_words_were_confirmed_reads_nothing_of_them(page):
    assert "words" not in page.cards


def test_another_language_is_said_to_come_later(page, desk, qtbot):
    card = page.cards["appearance"]
    assert not card.later.isVisible()
    qtbot.keyClick(card.language, Qt.Key.Key_End)
    assert desk.preferences.values.language
    assert card.later.isVisible()


def test_a_value_that_is_in_no_list_is_shown_as_it_is(page, desk):
    desk.preferences.change(lock_minutes=7)
    assert page.cards["lock"].minutes.currentText().startswith("7 ")


def test_the_wheel_scrolls_the_page_and_chooses_nothing(page, desk, qtbot):
    minutes = page.cards["lock"].minutes
    before = desk.preferences.values
    assert not _wheel(minutes).isAccepted()
    assert desk.preferences.values == before


def _wheel(control):
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    event = QWheelEvent(
        QPointF(4, 4),
        QPointF(4, 4),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(control, event)
    return event


def test_a_section_is_shown_from_its_button_and_has_the_focus(page, qtbot):
    card = page.cards["passphrase"]
    assert card.boxes[PassphraseField.OLD].visibleRegion().isEmpty()
    qtbot.mouseClick(page.sections["passphrase"], Qt.MouseButton.LeftButton)
    assert not card.boxes[PassphraseField.OLD].visibleRegion().isEmpty()
    assert page.focusWidget() is card.boxes[PassphraseField.OLD]


def test_lock_now_and_the_page_about_tor_are_a_button_away(page, desk):
    opened = told(desk.page_opened)
    page.tor.click()
    assert opened == [("tor", "")]
    page.cards["lock"].now.click()
    assert desk.lock.locked


def test_a_backup_is_asked_for_in_a_dialog_that_holds_nothing_up(page, node, desk):
    card = page.cards["storage"]
    card.make.click()
    assert card.dialog.isVisible()
    card.dialog.fileSelected.emit("/media/<b>stick</b>/onionchat")
    card.dialog.close()
    assert card.working.isVisible() and not card.make.isEnabled()
    assert last(node, schema.Backup).path == "/media/<b>stick</b>/onionchat"
    node.deliver()
    assert "<b>stick</b>" in card.done.text()
    assert card.done.textFormat() == Qt.TextFormat.PlainText


LOOK_INTO_A_FOLDER = """
from PySide6.QtWidgets import QApplication, QFileDialog
from onionchat_gui.application import remember_no_folders
application = QApplication([])
remember_no_folders()
dialog = QFileDialog()
dialog.setDirectory("/usr")
dialog.open()
application.processEvents()
dialog.accept()
del dialog
"""


def test_the_dialog_leaves_no_trace_of_folders_outside_of_the_profile(tmp_path):
    # In a process of its own: where Qt writes is the same for all of a process.
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", LOOK_INTO_A_FOLDER]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert list(tmp_path.rglob("*")) == []


def test_the_passphrase_is_changed_and_the_fields_are_empty(page, node, qtbot):
    card = page.cards["passphrase"]
    typed = ("open sesame", "a much longer one", "a much longer one")
    for box, text in zip(card.boxes.values(), typed, strict=True):
        qtbot.keyClicks(box, text)
    qtbot.keyClick(card.boxes[PassphraseField.AGAIN], Qt.Key.Key_Return)
    assert card.working.isVisible() and not card.button.isEnabled()
    node.deliver()
    assert [box.text() for box in card.boxes.values()] == ["", "", ""]
    assert card.done.isVisible()


def test_a_wrong_passphrase_stands_below_the_old_one_and_nothing_typed_is_lost(page, node):
    card = page.cards["passphrase"]
    for box in card.boxes.values():
        box.setText("a much longer one")
    node.problem = WrongPassphrase()
    card.button.click()
    node.deliver()
    assert card.problems[PassphraseField.OLD].words.text() == WrongPassphrase.sentence
    assert card.boxes[PassphraseField.NEW].text() == "a much longer one"
    assert page.focusWidget() is card.boxes[PassphraseField.OLD]


def test_the_strength_of_a_new_passphrase_is_said(page, qtbot):
    card = page.cards["passphrase"]
    qtbot.keyClicks(card.boxes[PassphraseField.NEW], "password")
    card.model.new._rate()
    assert "guessed at once" in card.meter.words.text()
    assert "guessed at once" in card.boxes[PassphraseField.NEW].accessibleDescription()


def test_a_node_that_tells_no_settings_is_said(qtbot, desk, look, node):
    node.replies[schema.Settings] = refusing(StorageFailed())
    page = SettingsPage(desk, look)
    qtbot.addWidget(page)
    node.deliver()
    assert page.problem.words.text() == StorageFailed.sentence
