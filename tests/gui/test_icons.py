"""Pictures take the colour they are asked in, at any density, and each file is one."""

import subprocess
import sys
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from onionchat_gui import icons
from onionchat_gui.views.page_frame import Button

NAMES = sorted(
    file.name.removesuffix(".svg") for file in files(icons).iterdir() if file.name.endswith(".svg")
)


def colours(pixmap):
    """The opaque colours of a picture."""
    image = pixmap.toImage()
    dots = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {dot.name() for dot in dots if dot.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_each_drawing_shows_something_and_runs_nothing(qapp, name):
    root = ElementTree.fromstring(icons.drawing(name))
    allowed = {"svg", "g", "path", "rect", "circle", "line", "polyline", "polygon", "ellipse"}
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= allowed
    assert colours(icons.pixmap(name, "#336699", QSize(24, 24)))


def test_a_drawing_takes_the_colour_of_the_text_beside_it(qapp):
    assert colours(icons.pixmap("lock", "#336699", QSize(48, 48))) == {QColor("#336699").name()}


def test_a_dense_screen_gets_more_dots(qapp):
    dense = icons.pixmap("lock", "#000000", QSize(24, 24), density=3)
    assert (dense.width(), dense.deviceIndependentSize().width()) == (72, 24)


def test_the_program_has_colours_of_its_own(qapp):
    assert not icons.application_icon().isNull()
    assert "#6b3fa0" in colours(icons.pixmap(icons.APPLICATION, "#000000", QSize(64, 64)))


def test_an_unknown_name_is_refused(qapp):
    with pytest.raises(icons.UnknownPicture):
        icons.icon("no-such-drawing", "#000000")


@pytest.mark.parametrize("mode", [QIcon.Mode.Normal, QIcon.Mode.Disabled])
def test_room_beside_a_drawing_is_empty(qapp, mode):
    for left, right in ((8, 0), (0, 8)):
        made = icons.icon("lock", "#336699", (20,), left=left, right=right)
        drawn = made.pixmap(QSize(28, 20), 1.0, mode)
        assert drawn.width() == 28
        assert colours(drawn) == {QColor("#336699").name()}
        room = drawn.copy(0 if left else 20, 0, 8, 20).toImage()
        assert {room.pixelColor(x, y).alpha() for x in range(8) for y in range(20)} == {0}


def test_buttons_with_one_drawing_share_it(qapp, qtbot, look):
    buttons = [Button(look, words, "copy") for words in ("Copy", "Copy the link")]
    for button in buttons:
        qtbot.addWidget(button)
    one, other = (button.icon().cacheKey() for button in buttons)
    assert one == other
    buttons[0].setEnabled(False)
    assert buttons[0].icon().cacheKey() != other, "dim as its words"


PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from onionchat_gui import application

def seen(_=None):
    program = QApplication.instance()
    print(program.desktopFileName(), program.windowIcon().isNull())
    return 0

application.QApplication.exec = seen
sys.exit(application.run(Path(sys.argv[1]), ()))
"""


def test_the_program_has_a_picture_and_the_name_of_its_menu_entry(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path], capture_output=True, text=True, check=True
    )
    (entry,) = (
        name
        for file in (files("onionchat_gui") / "desktop").iterdir()
        if (name := file.name).endswith(".desktop")
    )
    assert run.stdout.split() == [entry.removesuffix(".desktop"), "False"]
