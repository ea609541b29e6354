"""The window's keys: one table, from which keys are made and in which the page looks them up.

What lives here: which key does what, in words. What may not: what is done (`main_window` and the
pages), and keys that a text box or a list knows by itself, but for the few that the page explains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Action(StrEnum):
    """What a key does."""

    NEXT = "next"
    PREVIOUS = "previous"
    NTH = "nth"
    NEWEST = "newest"
    SEND = "send"
    LINE = "line"
    COPY = "copy"
    MENU = "menu"
    ANSWER = "answer"
    REACT = "react"
    EDIT = "edit"
    EDIT_LAST = "edit_last"
    DELETE = "delete"
    FIND = "find"
    FIND_HERE = "find_here"
    ADD = "add"
    SETTINGS = "settings"
    SHORTCUTS = "shortcuts"
    LOCK = "lock"
    BACK = "back"
    QUIT = "quit"
    PANIC = "panic"


KEYS: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.NEXT: ("Ctrl+Tab", "Alt+Down"),
    Action.PREVIOUS: ("Ctrl+Shift+Tab", "Alt+Up"),
    Action.NTH: tuple(f"Ctrl+{number}" for number in range(1, 10)),
    Action.NEWEST: ("Ctrl+End",),
    Action.SEND: ("Return",),
    Action.LINE: ("Shift+Return",),
    Action.COPY: ("Ctrl+C",),
    Action.MENU: ("Shift+F10", "Menu"),
    Action.ANSWER: ("R",),
    Action.REACT: ("+",),
    Action.EDIT: ("E",),
    Action.EDIT_LAST: ("Up",),
    Action.DELETE: ("Del",),
    Action.FIND: ("Ctrl+F",),
    Action.FIND_HERE: ("Ctrl+Shift+F",),
    Action.ADD: ("Ctrl+N",),
    Action.SETTINGS: ("Ctrl+,",),
    Action.SHORTCUTS: ("F1", "Ctrl+/"),
    Action.LOCK: ("Ctrl+L",),
    Action.BACK: ("Esc", "Alt+Left"),
    Action.QUIT: ("Ctrl+Q",),
    Action.PANIC: ("Ctrl+Shift+Del",),
}
"""Each action's keys, as Qt spells them everywhere; the first is the one to learn."""

BUILT_IN: Final = frozenset(
    {
        Action.SEND,
        Action.LINE,
        Action.COPY,
        Action.MENU,
        Action.ANSWER,
        Action.REACT,
        Action.EDIT,
        Action.EDIT_LAST,
        Action.DELETE,
    }
)
"""Keys of a text box or a list, which need no shortcut."""

WHILE_LOCKED: Final = frozenset({Action.QUIT, Action.PANIC})
"""What is done also where there is nothing to see."""


REPEATED: Final = frozenset({Action.NEXT, Action.PREVIOUS})
"""What is done again and again while the key is held. Nothing else: whoever holds the panic key has
not pressed it twice, and whoever holds Escape wants back by one page.
"""


def groups() -> tuple[tuple[str, tuple[Action, ...]], ...]:
    """All actions in the order of the page, by what they are about."""
    return (
        (
            QCoreApplication.translate("shortcuts", "Conversations"),
            (Action.NEXT, Action.PREVIOUS, Action.NTH, Action.FIND, Action.FIND_HERE),
        ),
        (
            QCoreApplication.translate("shortcuts", "In a conversation"),
            (
                Action.SEND,
                Action.LINE,
                Action.EDIT_LAST,
                Action.NEWEST,
                Action.COPY,
                Action.ANSWER,
                Action.REACT,
                Action.EDIT,
                Action.DELETE,
                Action.MENU,
            ),
        ),
        (
            QCoreApplication.translate("shortcuts", "The window"),
            (
                Action.ADD,
                Action.SETTINGS,
                Action.SHORTCUTS,
                Action.LOCK,
                Action.BACK,
                Action.QUIT,
                Action.PANIC,
            ),
        ),
    )


def title(action: Action) -> str:
    """What it does, for the page."""
    return {
        Action.NEXT: QCoreApplication.translate("shortcuts", "Next conversation"),
        Action.PREVIOUS: QCoreApplication.translate("shortcuts", "Previous conversation"),
        Action.NTH: QCoreApplication.translate("shortcuts", "One of the first nine conversations"),
        Action.NEWEST: QCoreApplication.translate("shortcuts", "Newest message"),
        Action.SEND: QCoreApplication.translate("shortcuts", "Send the message"),
        Action.LINE: QCoreApplication.translate("shortcuts", "New line in the message"),
        Action.COPY: QCoreApplication.translate("shortcuts", "Copy the chosen message"),
        Action.MENU: QCoreApplication.translate(
            "shortcuts", "What can be done with the chosen message"
        ),
        Action.ANSWER: QCoreApplication.translate("shortcuts", "Answer the chosen message"),
        Action.REACT: QCoreApplication.translate("shortcuts", "React to the chosen message"),
        Action.EDIT: QCoreApplication.translate("shortcuts", "Edit the chosen message"),
        Action.EDIT_LAST: QCoreApplication.translate(
            "shortcuts", "Edit your last message, where nothing is written"
        ),
        Action.DELETE: QCoreApplication.translate("shortcuts", "Delete the chosen message"),
        Action.FIND: QCoreApplication.translate("shortcuts", "Search"),
        Action.FIND_HERE: QCoreApplication.translate("shortcuts", "Search in this conversation"),
        Action.ADD: QCoreApplication.translate("shortcuts", "Add a contact"),
        Action.SETTINGS: QCoreApplication.translate("shortcuts", "Settings"),
        Action.SHORTCUTS: QCoreApplication.translate("shortcuts", "Keyboard shortcuts"),
        Action.LOCK: QCoreApplication.translate("shortcuts", "Lock the window"),
        Action.BACK: QCoreApplication.translate("shortcuts", "Back to the page before"),
        Action.QUIT: QCoreApplication.translate("shortcuts", "Quit onionchat"),
        Action.PANIC: QCoreApplication.translate(
            "shortcuts", "Pressed twice: destroy this profile, if the settings allow it"
        ),
    }[action]


def native(keys: str) -> str:
    """Keys as this platform writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def with_keys(words: str, action: Action) -> str:
    """A tooltip that also says the key."""
    said = QCoreApplication.translate("shortcuts", "%1 (%2)")
    return said.replace("%2", native(KEYS[action][0])).replace("%1", words)


def in_menu(words: str, action: Action) -> str:
    """A line of a menu with its key, which the window has already: not a second shortcut."""
    return f"{words}\t{native(KEYS[action][0])}"


def pressed(event: QKeyEvent) -> Action | None:
    """Which of the keys that a list knows by itself this is."""
    keys = QKeySequence(event.keyCombination()).toString()
    # A "+" of the block of numbers, or one that needs Shift.
    keys = "+" if event.text() == "+" else keys
    return next((action for action in BUILT_IN if keys in KEYS[action]), None)


def make(
    owner: QWidget,
    action: Action,
    do: Callable[[int], object],
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> None:
    """Let the action's keys do something; `do` gets the place of the key among them, from 0."""
    for place, keys in enumerate(KEYS[action]):
        shortcut = QShortcut(QKeySequence(keys), owner)
        shortcut.setContext(context)
        shortcut.setAutoRepeat(action in REPEATED)
        shortcut.activated.connect(lambda place=place: do(place))
