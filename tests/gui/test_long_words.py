"""Every state of the window holds words that are 40 % longer and type that is twice as large."""

from contextlib import contextmanager

import more_scenes
import pytest
import screenshots
from long_words import LongerWords, clipped, longer, too_large, unreachable
from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QListView, QPushButton, QWidget

from onionchat_gui import translation
from onionchat_gui.views.column import USUAL_LINE, Column
from onionchat_gui.views.line import Line

SMALLEST = (900, 600)
"""What a small screen has left; the window must be able to become as small as this."""

SCREEN = (1280, 720)
HALF = (640, 640)
"""What a window beside another one has of that screen, below its bar and above the desktop's."""
EVERY = (*screenshots.SCENES, *more_scenes.SCENES)


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
    look.scale(200)
    yield
    look.scale(100)


@pytest.fixture
def german(qapp):
    before, locale = set(qapp.findChildren(QTranslator)), QLocale()
    translation.install(qapp, "de")
    yield
    for catalogue in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(catalogue)
        catalogue.deleteLater()
    QLocale.setDefault(locale)


def of_no_use(scene):
    """What of a window as small as it gets is cut off or cannot be reached."""
    least = scene.window.minimumSizeHint().expandedTo(scene.window.minimumSize())
    width, height = sized(scene, least.width(), least.height())
    problems = clipped(scene.window) + unreachable(scene.window)
    if width > HALF[0] or height > HALF[1]:
        problems.append(f"the window has {width} × {height} pixels")
    return problems + too_large(scene.window, *SCREEN)


@pytest.mark.parametrize("show", EVERY, ids=lambda show: show.__name__)
def test_twice_as_large_type_fits_into_half_of_a_small_screen(show, qapp, look, large_type, turned):
    with painted(show, qapp, look) as scene:
        assert of_no_use(scene) == []
        turned()
        scene.settle()
        assert of_no_use(scene) == [], "from right to left"


@pytest.mark.parametrize("show", screenshots.SCENES, ids=lambda show: show.__name__)
def test_so_it_does_in_german(show, qapp, look, german, large_type):
    with painted(show, qapp, look) as scene:
        assert of_no_use(scene) == []


class TestWhatCannotBeReached:
    @pytest.fixture
    def window(self, qtbot):
        made = QWidget()
        qtbot.addWidget(made)
        made.resize(300, 200)
        made.show()
        return made

    def shown(self, control, *place):
        control.setGeometry(*place)
        control.show()

    def test_is_found_beyond_an_edge(self, window):
        button = QPushButton("x", window)
        self.shown(button, 10, 10, 80, 40)
        assert unreachable(window) == []
        button.move(10, 190)
        assert "ends at 230 of 200" in unreachable(window)[0]
        button.move(290, 10)
        assert "lies from 290 to 370 of 300" in unreachable(window)[0]

    def test_is_found_where_nothing_is_left_of_it(self, window):
        rows = QListView(window)
        self.shown(rows, 10, 10, 80, 80)
        assert unreachable(window) == []
        self.shown(rows, 10, 10, 80, 12)
        assert "has 80 × 12 pixels" in unreachable(window)[0]

    def test_is_found_in_a_dialog_beyond_the_screen(self, window):
        dialog = QDialog(window)
        dialog.resize(640, 480)
        dialog.show()
        assert too_large(window, 640, 480) == []
        assert too_large(window, 600, 480) == ["QDialog has 640 × 480 pixels"]
