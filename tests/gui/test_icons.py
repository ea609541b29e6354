"""Pictures take the colour they are asked in, at any density, and each file is one."""

from importlib.resources import files
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from onionchat_gui import icons

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
