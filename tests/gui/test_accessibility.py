"""Every state of the window can be used without a mouse, without eyes, and with weak eyes."""

import more_scenes
import pytest
import screenshots
from painted import SPY, Seen, with_hard_edges
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from tab_order import out_of_order, stops, walk

from onionchat_gui import theme
from onionchat_gui.views.page_frame import RING, Button, Code, Sign

ALL = (*screenshots.SCENES, *more_scenes.SCENES)

ROLES = {
    QRadioButton: {QAccessible.Role.RadioButton},
    QAbstractButton: {
        QAccessible.Role.Button,
        QAccessible.Role.ButtonMenu,
        QAccessible.Role.CheckBox,
        QAccessible.Role.RadioButton,
    },
    QAbstractItemView: {QAccessible.Role.List},
    QComboBox: {QAccessible.Role.ComboBox},
    QAbstractSpinBox: {QAccessible.Role.SpinBox},
    QLineEdit: {QAccessible.Role.EditableText},
    QPlainTextEdit: {QAccessible.Role.EditableText},
    QProgressBar: {QAccessible.Role.ProgressBar},
    QGroupBox: {QAccessible.Role.Grouping},
    Code: {QAccessible.Role.Graphic},
}
"""As what a screen reader announces it."""

SILENT = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane}
"""What stands around others, and has nothing to say."""

SEEN = set()
"""Kinds of controls that were seen to show the focus."""

NOTHING_TO_PRESS = {"starting", "curtain_busy", "curtain_too_many", "storing"}
"""States in which one waits for a moment."""


PAINTED = Seen()
"""The pictures of all states."""


@pytest.fixture(scope="module", autouse=True)
def _roles_can_be_told_apart(qapp, look):
    """All is painted in colours from which the roles are read off."""
    before = qapp.font()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theme, "LIGHT", SPY)
        qapp.setFont(with_hard_edges(before))
        look.choose("light")
        yield
    qapp.setFont(before)
    look.choose(None)


@pytest.fixture
def shown(qapp, look):
    """Shows a scene; gone after the test."""
    scenes = []

    def show(build):
        scene = screenshots.Scene(qapp, look)
        scenes.append(scene)
        build(scene)
        scene.settle()
        if front(scene) is scene.window:
            scene.window.activateWindow()
        scene.settle()
        return scene

    yield show
    for scene in scenes:
        put_away(scene)


@pytest.fixture
def from_left(qapp):
    yield
    mirror(Qt.LayoutDirection.LeftToRight)


def put_away(scene):
    for window in (QApplication.activePopupWidget(), scene.window):
        if window is not None:
            window.close()
    scene.window.deleteLater()
    scene.desk.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def front(scene):
    """What has the keys: a menu, a dialog, a sheet over the window, or all of it."""
    if scene.window.panic.isVisible():
        return scene.window.panic
    dialogs = [dialog for dialog in scene.window.findChildren(QDialog) if dialog.isVisible()]
    return QApplication.activePopupWidget() or (dialogs[-1] if dialogs else scene.window)


def named(widget):
    said = QAccessible.queryAccessibleInterface(widget)
    return f"{type(widget).__name__} “{said.text(QAccessible.Text.Name)}” {widget.objectName()}"


def picture(widget):
    return widget.grab().toImage()


# --- What is asked of every state ----------------------------------------------------------------


def unannounced(area):
    """What a screen reader could say nothing of, or something wrong."""
    for widget in area.findChildren(QWidget):
        if not widget.isVisible() or isinstance(
            widget.parentWidget(), QComboBox | QAbstractSpinBox
        ):
            continue
        kind = next((kind for kind in ROLES if isinstance(widget, kind)), None)
        said = QAccessible.queryAccessibleInterface(widget)
        if widget.accessibleName() and said.role() in SILENT:
            yield f"{named(widget)} has a name and is announced as nothing that has one"
        if isinstance(widget, QRadioButton) and not group_of(widget):
            yield f"{named(widget)} does not say what there is to choose"
        if kind is None:
            continue
        if not said.text(QAccessible.Text.Name).strip():
            yield f"{named(widget)} has no name"
        if said.role() not in ROLES[kind]:
            yield f"{named(widget)} is announced as {said.role()}"
        if isinstance(widget, QAbstractButton) and not widget.text() and not widget.toolTip():
            yield f"{named(widget)} is only a drawing, and no tooltip says what it does"
        if isinstance(widget, QAbstractItemView):
            yield from silent_rows(widget)


def group_of(button):
    """The name of what a radio button is a choice for."""
    around = button.parentWidget()
    while around is not None and not isinstance(around, QGroupBox):
        around = around.parentWidget()
    return around and around.accessibleName()


def silent_rows(view):
    model = view.model()
    for row in range(min(model.rowCount(), 12)):
        words = model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        if not words or not str(words).strip():
            yield f"row {row} of {named(view)} says nothing"


def without_a_mouse(scene, area):
    """What Tab does not reach, reaches in a wrong order, or reaches unseen."""
    wanted = stops(area)
    begin = area.focusWidget()
    if begin is None or not begin.isVisible():
        yield f"nothing has the focus: {begin and named(begin)}"
        return
    reached, end = walk(area)
    if end is not begin:
        yield f"Tab never comes back to {named(begin)}"
    back, _ = walk(area, Qt.Key.Key_Backtab)
    if set(back) != set(reached):
        yield f"back it goes another way: {[named(control) for control in back]}"
    yield from (f"Tab does not reach {named(w)}" for w in wanted if w not in reached)
    yield from (f"Tab reaches {named(w)}, which is no control" for w in reached if w not in wanted)
    yield from backwards(scene, area, reached)
    yield from unseen(area, reached)
    mirror(Qt.LayoutDirection.RightToLeft)
    yield from backwards(scene, area, reached)


def backwards(scene, area, reached):
    """Where Tab goes against the direction of reading."""
    parts = ()
    if area is scene.window:
        parts = (scene.window.list.parentWidget(), scene.window.pages, scene.window.notice)
    for one, other in out_of_order(area, reached, parts):
        yield f"from {named(one)} Tab goes back to {named(other)}"


def mirror(direction):
    QApplication.setLayoutDirection(direction)
    QApplication.processEvents()


def looks_like(control):
    """All on which the style of the window depends."""
    said = ("primary", "role", "flat", "checked")
    above = control.parentWidget()
    rows = control.model().rowCount() if isinstance(control, QAbstractItemView) else 0
    return (
        type(control).__name__,
        control.objectName(),
        above.objectName(),
        rows,
        *(control.property(name) for name in said),
    )


def unseen(area, reached):
    """Controls that look the same with the focus as without; of each kind, one is looked at."""
    for control, other in zip(reached, reached[1:] + reached[:1], strict=True):
        kind = looks_like(control)
        if control is other or kind in SEEN:
            continue
        control.setFocus(Qt.FocusReason.TabFocusReason)
        here = picture(control)
        other.setFocus(Qt.FocusReason.TabFocusReason)
        if picture(control) == here:
            yield f"{named(control)} does not show that it has the focus"
        else:
            SEEN.add(kind)


def untested(picture, seen):
    """Words and drawings on a ground of which no test says that they can be read there."""
    for stroke, ground in sorted(seen.look_at(picture) - set(theme.PAIRS)):
        yield f"{stroke} stands on {ground}, which is not in theme.PAIRS"


def pale_hints(area):
    """Hints in fields that are a mixture of two colours, as Qt makes them where none is given."""
    for field in (*area.findChildren(QLineEdit), *area.findChildren(QPlainTextEdit)):
        if field.placeholderText() and field.palette().placeholderText().color() != SPY.text_dim:
            yield f"the hint of {named(field)} is pale"


@pytest.mark.parametrize("show", ALL, ids=lambda show: show.__name__)
def test_it_is_used_without_a_mouse_without_eyes_and_with_weak_eyes(show, shown, from_left):
    scene = shown(show)
    area = front(scene)
    problems = [*unannounced(area), *untested(scene.grab(), PAINTED), *pale_hints(area)]
    if isinstance(area, QMenu):
        problems += [line for line in area.actions() if not line.isSeparator() and not line.text()]
    elif show.__name__ not in NOTHING_TO_PRESS:
        problems += without_a_mouse(scene, area)
    assert problems == []


# --- What would be found -------------------------------------------------------------------------


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    return made


def put(window, *widgets, side_by_side=False):
    inside = QHBoxLayout() if side_by_side else QVBoxLayout()
    for widget in widgets:
        inside.addWidget(widget)
    window.layout().addLayout(inside)
    window.show()
    window.activateWindow()
    widgets[0].setFocus()
    QApplication.processEvents()


def test_what_a_screen_reader_could_not_say_is_found(window):
    put(window, QLineEdit(), QPushButton(), QPushButton("Send"))
    assert len(list(unannounced(window))) == 3, "two names, one tooltip"


def test_a_name_that_nobody_says_and_a_choice_for_nothing_are_found(window):
    nothing, choice = QWidget(), QRadioButton("Yes")
    nothing.setAccessibleName("A code")
    put(window, nothing, choice)
    assert len(list(unannounced(window))) == 2


def test_a_way_back_is_found(window):
    one, other, below = QPushButton("1"), QPushButton("2"), QPushButton("3")
    put(window, one, other, below)
    assert out_of_order(window, walk(window)[0]) == []
    QWidget.setTabOrder(other, one)
    assert len(out_of_order(window, walk(window)[0])) == 1


def test_the_direction_of_reading_decides_what_is_back(window):
    put(window, *(QPushButton(words) for words in "123"), side_by_side=True)
    ring = walk(window)[0]
    assert out_of_order(window, ring) == []
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    assert out_of_order(window, ring) == []
    window.layout().itemAt(0).layout().setDirection(QHBoxLayout.Direction.RightToLeft)
    QApplication.processEvents()
    assert len(out_of_order(window, ring)) == 1


def test_what_tab_does_not_reach_is_found(window):
    one, other = QPushButton("1"), QPushButton("2")
    other.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    put(window, one, other)
    assert [w for w in stops(window) if w not in walk(window)[0]] == [other]


def test_a_focus_that_cannot_be_seen_is_found(window, look):
    seen, hidden = QPushButton("1"), QPushButton("2")
    hidden.setObjectName("hidden")
    hidden.setStyleSheet("QPushButton:focus { border: none }  QPushButton { border: none }")
    put(window, seen, hidden)
    assert len(list(unseen(window, [seen, hidden]))) == 1


@pytest.mark.parametrize("ground", ["side", "bubble_mine"])
def test_a_ground_that_no_test_knows_is_found(window, look, ground):
    words = QLabel("Sent at noon")
    words.setStyleSheet(f"color: {SPY.text_dim}; background: {getattr(SPY, ground)};")
    put(window, words)
    found = list(untested(window.grab(), Seen()))
    assert len(found) == (ground == "bubble_mine"), found


def test_a_drawing_with_round_edges_is_found(window, look):
    sign = Sign(look, "shield-check", "on_accent")
    put(window, sign)
    assert list(untested(window.grab(), Seen())) == [
        "on_accent stands on side, which is not in theme.PAIRS"
    ]


def test_the_focus_of_a_filled_button_is_a_ring_in_the_colour_of_its_words(window, look):
    one, other = (Button(look, words, primary=True) for words in ("1", "2"))
    put(window, one, other)

    def ring(button):
        return picture(button).pixelColor(2 * RING, button.height() // 2).name()

    assert (ring(one), ring(other)) == (SPY.on_accent, SPY.accent)
