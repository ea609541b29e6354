"""Choosing an emoji: what is offered, found by name, remembered, and driven by keys alone."""

import unicodedata

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from tab_order import controls, nameless

from onionchat_gui.viewmodels import emoji
from onionchat_gui.viewmodels.emoji import COLOURED, Category, EmojiBook
from onionchat_gui.viewmodels.preferences import MAX_RECENT, Preferences
from onionchat_gui.views import emoji_picker
from onionchat_gui.views.emoji_picker import EmojiPicker

EVERYTHING = [found for category in emoji.table().values() for found in category]


@pytest.fixture
def preferences(qapp):
    return Preferences()


@pytest.fixture
def book(preferences):
    return EmojiBook(preferences, lambda _: True)


def names(found):
    return [one.name for one in found]


def test_each_stands_in_one_category_as_one_character_with_a_name():
    assert set(emoji.table()) == set(Category) - {Category.RECENT}
    assert all(emoji.table().values())
    assert len({one.text for one in EVERYTHING}) == len(EVERYTHING) > 1000
    for one in EVERYTHING:
        assert len(one.text.removesuffix(COLOURED)) == 1
        assert unicodedata.category(one.text[0]) in {"So", "Sm", "Po"}, one.name


@pytest.mark.parametrize(
    ("words", "there"),
    [("THUMBS up", "thumbs up sign"), ("cat joy", "cat face with tears of joy"), ("tea", "teapot")],
)
def test_they_are_found_by_the_beginnings_of_words(book, words, there):
    assert there in names(book.search(words))


def test_what_has_no_such_name_is_not_found(book):
    assert book.search("zzz") == []
    assert "cat" not in " ".join(names(book.search("at")))


def test_what_cannot_be_drawn_is_not_offered(preferences):
    asked = []

    def can_draw(text):
        asked.append(text)
        return text != "😀"

    book = EmojiBook(preferences, can_draw)
    assert "😀" not in [one.text for one in book.of(Category.FACES)]
    assert "grinning face" not in names(book.search("grinning"))
    assert len(asked) == len(set(asked)), "asked once for each"


def test_the_last_ones_come_first_and_are_few(book, preferences):
    assert book.of(Category.RECENT) == []
    for one in EVERYTHING[: MAX_RECENT + 5]:
        book.use(one)
    book.use(EVERYTHING[20])
    found = book.of(Category.RECENT)
    assert found[:2] == [EVERYTHING[20], EVERYTHING[MAX_RECENT + 4]]
    assert len(found) == MAX_RECENT == len(set(found))


def test_what_is_no_emoji_is_not_remembered_from_a_file(book, preferences):
    preferences.change(recent_emoji=("<b>", "😀", "\u202e"))
    assert [one.text for one in book.of(Category.RECENT)] == ["😀"]


# --- The popup -----------------------------------------------------------------------------------


@pytest.fixture
def picker(qtbot, preferences, look, monkeypatch):
    monkeypatch.setattr(emoji_picker, "_Drawable", lambda font: lambda text: True)
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    made = EmojiPicker(preferences, look, parent)
    made.taken = []
    made.chosen.connect(made.taken.append)
    made.pop_up(parent)
    yield made
    made.close()


def shown(picker):
    model = picker.grid.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_faces_come_first_until_some_were_used(picker, preferences, look):
    assert shown(picker)[0] == "😀"
    preferences.change(recent_emoji=("❤\ufe0f",))
    again = EmojiPicker(preferences, look, picker.parent())
    assert shown(again) == ["❤\ufe0f"]
    assert again.categories.checkedId() == 0


def test_searching_and_enter_take_the_first(picker, qtbot, preferences):
    qtbot.keyClicks(picker.search, "thumbs up")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert picker.taken == ["👍"]
    assert preferences.values.recent_emoji == ("👍",)
    assert not picker.isVisible()


def test_keys_walk_through_the_grid(picker, qtbot):
    QApplication.processEvents()
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.grid.currentIndex().row() == 0
    qtbot.keyClick(picker.grid, Qt.Key.Key_Right)
    assert picker.grid.currentIndex().row() == 1
    qtbot.keyClick(picker.grid, Qt.Key.Key_Down)
    assert picker.grid.currentIndex().row() == 1 + emoji_picker.COLUMNS
    wanted = picker.grid.currentIndex().data()
    assert picker.name.text() == unicodedata.name(wanted[0]).lower()
    qtbot.keyClick(picker.grid, Qt.Key.Key_Return)
    assert picker.taken == [wanted]


def test_up_from_the_first_row_and_letters_lead_to_the_search(picker, qtbot):
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    qtbot.keyClick(picker.grid, Qt.Key.Key_Up)
    assert picker.focusWidget() is picker.search
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    qtbot.keyClick(picker.grid, Qt.Key.Key_C)
    assert (picker.search.text(), picker.focusWidget()) == ("c", picker.search)


def test_a_click_takes_one_once(picker, qtbot):
    place = picker.grid.visualRect(picker.grid.model().index(3, 0)).center()
    qtbot.mouseClick(picker.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(picker.taken) == 1


def test_escape_closes_and_takes_nothing(picker, qtbot):
    qtbot.keyClick(picker.search, Qt.Key.Key_Escape)
    assert not picker.isVisible()
    assert picker.taken == []


def test_categories_are_chosen_and_a_search_is_over_with_that(picker, qtbot):
    qtbot.keyClicks(picker.search, "zzz")
    assert shown(picker) == []
    assert picker.name.text() != ""
    picker.categories.button(list(Category).index(Category.FOOD)).click()
    assert picker.search.text() == ""
    assert "☕" in shown(picker)


def test_everything_in_it_has_a_name(picker):
    assert nameless(controls(picker)) == []
    first = picker.grid.model().index(0, 0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "grinning face"
