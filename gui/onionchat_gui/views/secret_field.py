"""The box into which a passphrase, or a word of the recovery phrase, is typed.

What lives here: what every such box tells the system's keyboards. What may not: what is typed.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from .boxes import LineBox
from .page_frame import Warning

_HINTS: Final = (
    Qt.InputMethodHint.ImhHiddenText
    | Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)


class SecretField(LineBox):
    """Shows dots, unless somebody wants to see the letters. No keyboard shall learn them."""

    def __init__(
        self, name: str, *, says: Warning | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(says=says, parent=parent)
        self.setAccessibleName(name)
        self.reveal(False)

    def reveal(self, shown: bool) -> None:
        """Show the letters, or dots."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        # With each mode Qt sets hints of its own: letters that are seen it takes for no secret.
        self.setInputMethodHints(_HINTS)
