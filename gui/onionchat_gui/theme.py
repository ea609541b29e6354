"""How the window looks: colours by role, distances, type, and the style made of them.

What lives here: `Palette` in light and dark, `Theme`, which follows the system. What may not:
widgets. A view names a role, never a colour.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for, as #rrggbb."""

    surface: str
    """Behind the conversation's bubbles."""
    side: str
    """Behind the list of conversations, bars and fields."""
    selected: str
    """A chosen row."""
    line: str
    """Hairlines between areas; never carries meaning."""
    edge: str
    """Around what can be pressed, on `side` and `surface`."""
    text: str
    text_dim: str
    """Times, last lines, hints."""
    bubble_mine: str
    text_mine: str
    dim_mine: str
    bubble_theirs: str
    accent: str
    """What can be pressed, and counts."""
    on_accent: str
    danger: str
    good: str
    found: str
    """Behind words that were searched for, which are bold, too."""


LIGHT: Final = Palette(
    surface="#eef0f4",
    side="#ffffff",
    selected="#e3e0f7",
    line="#d9dce3",
    edge="#828897",
    text="#17181c",
    text_dim="#565b66",
    bubble_mine="#5b3fd6",
    text_mine="#ffffff",
    dim_mine="#e4defc",
    bubble_theirs="#ffffff",
    accent="#5b3fd6",
    on_accent="#ffffff",
    danger="#b3261e",
    good="#17692f",
    found="#ffe28a",
)
DARK: Final = Palette(
    surface="#121317",
    side="#1b1d23",
    selected="#34304f",
    line="#2c2f38",
    edge="#6f7585",
    text="#eceef2",
    text_dim="#a9aeba",
    bubble_mine="#5743b8",
    text_mine="#ffffff",
    dim_mine="#dcd5fa",
    bubble_theirs="#262931",
    accent="#b3a4ff",
    on_accent="#17122e",
    danger="#ff9a92",
    good="#7ed492",
    found="#5f4c00",
)

PAIRS: Final = (
    ("text", "surface"),
    ("text", "side"),
    ("text", "selected"),
    ("text", "bubble_theirs"),
    ("text_dim", "surface"),
    ("text_dim", "side"),
    ("text_dim", "selected"),
    ("text_dim", "bubble_theirs"),
    ("text_dim", "line"),
    ("text_mine", "bubble_mine"),
    ("dim_mine", "bubble_mine"),
    ("accent", "side"),
    ("accent", "surface"),
    ("accent", "bubble_theirs"),
    ("accent", "selected"),
    ("accent", "line"),
    ("on_accent", "accent"),
    ("danger", "side"),
    ("danger", "surface"),
    ("danger", "selected"),
    ("danger", "bubble_theirs"),
    ("good", "side"),
    ("good", "selected"),
    ("text", "found"),
)
"""Which role, of words or of drawings, stands on which ground."""

XS, S, M, L, XL = 4, 8, 12, 16, 24
"""Distances in device-independent pixels."""
RADIUS: Final = 14

SMALL, NORMAL, LARGE, TITLE = 0.85, 1.0, 1.15, 1.4
"""Sizes of type, as parts of the system's."""

_LIGHT_FROM: Final = 0.03928

ON_AVATAR: Final = "#ffffff"
"""The initials in an avatar."""
HUES: Final = 360


def avatar(seed: int) -> str:
    """The ground of an avatar, in one of `HUES` hues; dark enough for `ON_AVATAR` in each."""
    parts = colorsys.hls_to_rgb(seed % HUES / HUES, 0.30, 0.45)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= _LIGHT_FROM else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def in_use() -> Palette:
    """The palette of the application, for what is drawn where no `Theme` is at hand."""
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK.side)
    return DARK if dark else LIGHT


class Theme(QObject):
    """The palette in use. Follows the system until `choose` says otherwise."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._chosen: str | None = None
        self._own_size = application.font().pointSizeF()
        self._scale = 100
        self.palette = LIGHT
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(lambda _: self._apply())
        self._apply()

    def choose(self, scheme: str | None) -> None:
        """`light`, `dark`, or None for the system's."""
        self._chosen = scheme
        self._apply()

    def scale(self, percent: int) -> None:
        """All texts in this part of the system's size, at once."""
        if percent == self._scale:
            return
        ratio = percent / self._scale
        self._scale = percent
        font = self._application.font()
        font.setPointSizeF(self._own_size * percent / 100)
        self._application.setFont(font)
        self._apply(ratio)

    def colour(self, role: str) -> QColor:
        """The colour of a role of `Palette`."""
        return QColor(getattr(self.palette, role))

    def font(self, size: float = NORMAL, *, bold: bool = False) -> QFont:
        """The system's font in one of the four sizes."""
        font = QFont(self._application.font())
        font.setPointSizeF(font.pointSizeF() * size)
        font.setBold(bold)
        return font

    def _apply(self, ratio: float = 1.0) -> None:
        dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if self._chosen is not None:
            dark = self._chosen == "dark"
        self.palette = DARK if dark else LIGHT
        self._application.setPalette(self._qt_palette())
        # A new style sheet takes from widgets the fonts that were set after they were first seen.
        own = [
            (widget, widget.font())
            for widget in self._application.allWidgets()
            if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)
        ]
        # And it looks up the application's font only when it is another text than before.
        self._application.setStyleSheet(f"{_style(self.palette)}/* {self._scale} % */")
        for widget, font in own:
            font.setPointSizeF(font.pointSizeF() * ratio)
            widget.setFont(font)
        self.changed.emit()

    def _qt_palette(self) -> QPalette:
        made = QPalette()
        roles = {
            QPalette.ColorRole.Window: "side",
            QPalette.ColorRole.Base: "side",
            QPalette.ColorRole.AlternateBase: "surface",
            QPalette.ColorRole.Button: "side",
            QPalette.ColorRole.ToolTipBase: "side",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.PlaceholderText: "text_dim",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "on_accent",
        }
        for role, name in roles.items():
            made.setColor(role, self.colour(name))
        return made


def _style(p: Palette) -> str:
    return f"""
    QListView {{ border: none; outline: none; background: {p.side}; }}
    #messages {{ background: {p.surface}; }}
    QLineEdit, QPlainTextEdit {{ background: {p.surface}; color: {p.text};
        border: 1px solid {p.line}; border-radius: 10px; padding: {S}px {M}px;
        placeholder-text-color: {p.text_dim}; }}
    QLineEdit:focus, QPlainTextEdit:focus {{ border-color: {p.accent}; }}
    QPushButton, QToolButton {{ color: {p.text}; background: {p.side};
        border: 1px solid {p.edge}; border-radius: 10px; padding: {S}px {L}px; }}
    QToolButton {{ padding: {S}px; border-color: transparent; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton:hover, QToolButton:hover {{ background: {p.selected}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {p.accent}; }}
    QPushButton:disabled, QRadioButton:disabled {{ color: {p.text_dim}; }}
    QPushButton[primary="true"] {{ background: {p.accent}; color: {p.on_accent};
        border-color: {p.accent}; font-weight: bold; }}
    QPushButton[primary="true"]:disabled {{ background: {p.line}; color: {p.text_dim};
        border-color: {p.line}; }}
    QLabel[role="dim"] {{ color: {p.text_dim}; }}
    QLabel[role="good"] {{ color: {p.good}; }}
    QLabel[role="danger"] {{ color: {p.danger}; }}
    #header, #footer, #composer, #notice, #strip {{ background: {p.side}; }}
    #header {{ border-bottom: 1px solid {p.line}; }}
    #footer, #composer, #notice {{ border-top: 1px solid {p.line}; }}
    #aside {{ background: {p.side}; border-right: 1px solid {p.line}; }}
    #empty, #page {{ background: {p.surface}; }}
    #card {{ background: {p.side}; border: 1px solid {p.line}; border-radius: {RADIUS}px; }}
    #card QLineEdit, #card QPlainTextEdit {{ background: {p.side}; border-color: {p.text_dim}; }}
    #card QLineEdit:focus, #card QPlainTextEdit:focus {{ border-color: {p.accent}; }}
    #waiting {{ background: {p.selected}; color: {p.accent}; border-color: {p.selected};
        font-weight: bold; text-align: left; padding: {S}px {M}px; }}
    #waiting:focus, #waiting:hover {{ border-color: {p.accent}; }}
    #picker {{ background: {p.side}; border: 1px solid {p.line}; }}
    #picker QToolButton {{ padding: {XS}px; }}
    #picker QToolButton:checked {{ background: {p.selected}; }}
    #emoji::item {{ border-radius: {S}px; color: {p.text}; }}
    #emoji::item:selected, #emoji::item:hover {{ background: {p.selected}; }}
    #emoji::item:focus {{ border: 2px solid {p.accent}; }}
    #word {{ background: {p.surface}; border: 1px solid {p.surface}; border-radius: {S}px;
        padding: {S}px; }}
    #word:focus {{ border-color: {p.accent}; }}
    #key {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: {XS}px;
        padding: {XS}px {S}px; }}
    QGroupBox {{ border: none; margin: 0; padding: 0; }}
    QCheckBox {{ spacing: {S}px; }}
    QCheckBox::indicator {{ width: 16px; height: 16px; border-radius: {XS}px;
        border: 1px solid {p.text_dim}; background: {p.side}; }}
    QCheckBox::indicator:checked {{ background: {p.accent}; border-color: {p.accent}; }}
    QCheckBox:focus {{ color: {p.accent}; }}
    QProgressBar {{ background: {p.line}; border: none; border-radius: {XS}px;
        min-height: {S}px; max-height: {S}px; }}
    QProgressBar::chunk {{ background: {p.accent}; border-radius: {XS}px; }}
    QComboBox {{ background: {p.side}; color: {p.text}; border: 1px solid {p.text_dim};
        border-radius: 10px; padding: {S}px {M}px; }}
    QComboBox::drop-down {{ border: none; width: 28px; }}
    QComboBox::down-arrow {{ image: none; }}
    QComboBox:focus {{ border-color: {p.accent}; }}
    QComboBox:disabled {{ color: {p.text_dim}; border-color: {p.line}; }}
    QComboBox QAbstractItemView {{ background: {p.side}; color: {p.text};
        border: 1px solid {p.line}; selection-background-color: {p.selected};
        selection-color: {p.text}; outline: none; padding: {XS}px; }}
    QRadioButton {{ spacing: {S}px; }}
    QRadioButton::indicator {{ width: 16px; height: 16px; border-radius: 9px;
        border: 1px solid {p.text_dim}; background: {p.side}; }}
    QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 5px solid {p.accent}; }}
    QRadioButton:focus {{ color: {p.accent}; }}
    QPushButton[role="danger"] {{ color: {p.danger}; }}
    QPushButton[role="danger"]:disabled {{ color: {p.text_dim}; border-color: {p.line}; }}
    QPushButton[flat="true"] {{ border-color: transparent; padding: {S}px; }}
    QPushButton[flat="true"]:focus {{ border-color: {p.accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
    QScrollBar::handle:vertical {{ background: {p.text_dim}; border-radius: 3px;
        min-height: 32px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: {p.line}; }}
    QMenu {{ background: {p.side}; color: {p.text}; border: 1px solid {p.line}; padding: {XS}px; }}
    QMenu::item {{ padding: {S}px {XL}px {S}px {M}px; border-radius: 6px; }}
    QMenu::icon {{ padding-left: {S}px; }}
    QMenu::separator {{ height: 1px; background: {p.line}; margin: {XS}px {S}px; }}
    QMenu::item:selected {{ background: {p.selected}; }}
    """
