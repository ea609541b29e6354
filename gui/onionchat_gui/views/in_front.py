"""What stands in front of the window: dialogs, menus, lists that have opened, hints.

What lives here: taking all of it away. What may not: when (`main_window`, `panic`).
"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QToolTip, QWidget
from shiboken6 import isValid


def dismiss(window: QWidget) -> None:
    """Close whatever belongs to this window and stands in front of it; what is asked in a dialog
    is answered with no.
    """
    QToolTip.hideText()
    for control in window.findChildren(QWidget):
        # One that is closed may take others along.
        if not isValid(control) or not control.isWindow() or not control.isVisible():
            continue
        if isinstance(control, QDialog):
            control.reject()
        else:
            control.close()
