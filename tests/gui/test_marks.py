"""Words beside a mark wrap where there is little room, and cells stand in columns that fit."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from onionchat_gui.views.flow import EvenLayout
from onionchat_gui.views.marks import RadioButton, TickBox

WORDS = "Keep receiving messages in the background, whatever happens"


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def resize(window, width):
    window.resize(width, 600)
    QApplication.processEvents()


@pytest.fixture(params=["tick", "radio"])
def mark(request, window, look):
    made = TickBox(look, WORDS) if request.param == "tick" else RadioButton(WORDS)
    rows = QVBoxLayout(window)
    rows.addWidget(made)
    rows.addStretch(1)
    return made


class TestWordsBesideAMark:
    def test_stand_in_one_line_where_there_is_room(self, window, mark):
        resize(window, mark.sizeHint().width() + 50)
        assert mark.height() == mark.sizeHint().height()

    def test_take_the_lines_that_they_need(self, window, mark):
        resize(window, 200)
        assert mark.height() >= mark.sizeHint().height() + 2 * mark.fontMetrics().lineSpacing()
        assert mark.minimumSizeHint().width() < 150, "the longest word, and the mark"
        assert mark.text() == WORDS, "which is what is announced"

    def test_can_be_pressed_in_the_last_line(self, window, mark, qtbot):
        resize(window, 200)
        at = QPoint(60, mark.height() - 4)
        qtbot.mouseClick(mark, Qt.MouseButton.LeftButton, pos=at)
        assert mark.isChecked()

    def test_are_painted_in_all_lines(self, window, mark):
        resize(window, 200)
        line = mark.fontMetrics().lineSpacing()
        picture = mark.grab().toImage()
        ground = picture.pixelColor(picture.width() - 1, 0)
        for top in range(0, mark.height() - line + 1, line):
            places = ((x, y) for x in range(30, 130) for y in range(top, top + line))
            assert any(picture.pixelColor(x, y) != ground for x, y in places), f"line at {top}"


class TestCells:
    @pytest.fixture
    def cells(self, window):
        around = QVBoxLayout(window)
        even = EvenLayout(3, 10)
        made = []
        for number in range(7):
            cell = QLabel(str(number))
            cell.setMinimumWidth(100)
            even.addWidget(cell)
            made.append(cell)
        around.addLayout(even)
        around.addStretch(1)
        window.even = even
        return made

    @pytest.mark.parametrize(("width", "columns"), [(800, 3), (290, 2), (180, 1)])
    def test_stand_in_as_many_columns_as_there_is_room_for(self, window, cells, width, columns):
        resize(window, width)
        assert window.even.columns == columns
        assert len({cell.x() for cell in cells}) == columns
        assert len({cell.y() for cell in cells}) == -(-len(cells) // columns)
        assert len({cell.width() for cell in cells}) == 1
        order = sorted(cells, key=lambda cell: (cell.y(), cell.x()))
        assert order == cells, "in reading order"

    def test_begin_at_the_right_where_one_reads_from_there(self, window, cells):
        window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        resize(window, 800)
        assert cells[0].x() > cells[1].x() > cells[2].x()
        assert cells[3].y() > cells[0].y()
