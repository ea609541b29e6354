"""Every main state of the window holds words that are 40 % longer, also from right to left."""

from contextlib import contextmanager

import pytest
import screenshots
from long_words import LongerWords, clipped, longer
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from onionchat_gui.views.column import USUAL_LINE, Column
from onionchat_gui.views.line import Line

SMALLEST = (900, 600)
"""What a small screen has left; the window must be able to become as small as this."""

LARGE = {
    "locked", "recovery_words", "recovery_check", "first_passphrase", "about_a_contact", "add",
    "conversation", "requests", "settings_storage", "tor_blocked", "welcome", "closing", "panic",
}  # fmt: skip
"""The states that are also tried with larger type."""


@pytest.fixture
def long_words(qapp):
    language = LongerWords()
    qapp.installTranslator(language)
    yield
    qapp.removeTranslator(language)


@pytest.fixture
def turned(qapp):
    """Turns everything around; it is turned back after the test."""
    yield lambda: qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def sized(scene, width, height):
    scene.window.resize(width, height)
    scene.settle()
    return scene.window.width(), scene.window.height()


@contextmanager
def painted(show, qapp, look):
    """The window in this state."""
    scene = screenshots.Scene(qapp, look)
    try:
        show(scene)
        scene.settle()
        yield scene
    finally:
        scene.window.close()
        scene.window.deleteLater()
        scene.desk.deleteLater()


def cut_off(scene):
    """What is cut off in a small window, and in one as small as it gets."""
    sized(scene, *SMALLEST)
    problems = clipped(scene.window)
    least = scene.window.minimumSizeHint().expandedTo(scene.window.minimumSize())
    sized(scene, least.width(), least.height())
    return problems + clipped(scene.window)


@pytest.mark.parametrize("show", screenshots.SCENES, ids=lambda show: show.__name__)
def test_nothing_is_cut_off_when_words_are_longer(show, qapp, look, long_words, turned):
    with painted(show, qapp, look) as scene:
        assert cut_off(scene) == []
        turned()
        assert cut_off(scene) == [], "from right to left"
        assert sized(scene, *SMALLEST) == SMALLEST


def test_longer_words_keep_their_places():
    assert longer("Block %1?") == "[Blocköö %1?]"
    assert longer("%n message(s)").startswith("[%n messageööö(s)")


@pytest.mark.parametrize("kind", [QLabel, QPushButton])
def test_a_text_that_is_cut_off_is_found(kind, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    narrow = kind("A text of some length")
    QHBoxLayout(window).addWidget(narrow)
    window.show()
    assert clipped(window) == []
    narrow.setFixedWidth(40)
    window.layout().activate()
    assert "pixels of width" in clipped(window)[0]
    narrow.setMinimumWidth(200)
    narrow.move(-100, 0)
    assert len(clipped(window)) == 1


def test_a_name_without_end_is_shown_as_far_as_there_is_room(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    name = Line()
    name.setText("Bartholomew " * 20)
    QHBoxLayout(window).addWidget(name)
    window.resize(300, 60)
    window.show()
    assert window.width() == 300
    assert name.shown().startswith("Bartholomew ") and name.shown().endswith("…")
    assert name.text() == "Bartholomew " * 20
    name.setText("Bob")
    assert name.shown() == "Bob"


def test_a_column_grows_with_the_type_and_with_what_is_in_it(qtbot, qapp):
    column = Column(100)
    qtbot.addWidget(column)
    usual = column.maximumWidth()
    assert usual == 100 * column.fontMetrics().lineSpacing() // USUAL_LINE
    font = column.font()
    font.setPointSizeF(2 * font.pointSizeF())
    column.setFont(font)
    assert column.maximumWidth() > 1.8 * usual
    button = QPushButton("A button with many words, more than there would be room for")
    QHBoxLayout(column).addWidget(button)
    qapp.processEvents()
    assert column.maximumWidth() >= button.sizeHint().width()


@pytest.fixture
def large_type(look):
    look.scale(150)
    yield
    look.scale(100)


@pytest.mark.parametrize(
    "show", [s for s in screenshots.SCENES if s.__name__ in LARGE], ids=lambda show: show.__name__
)
def test_nothing_is_cut_off_when_the_type_is_half_as_large_again(show, qapp, look, large_type):
    with painted(show, qapp, look) as scene:
        assert cut_off(scene) == []
