"""Words for states, the same wherever a state is shown or read out.

What lives here: state → translated word. What may not: colours, glyphs, sentences about one page.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def contact_state(state: str) -> str:
    """How one stands with a contact (`ContactView.state`); nothing where one can just write."""
    tr = QCoreApplication.translate
    return {
        "active": "",
        "outgoing": tr("words", "Your request is on its way"),
        "requested": tr("words", "Your request waits for an answer"),
        "incoming": tr("words", "Wants to become your contact"),
        "declined": tr("words", "Declined"),
        "blocked": tr("words", "Blocked"),
        "expired": tr("words", "No answer in time"),
    }.get(state, state)


def message_state(state: str) -> str:
    """Where a message of one's own is (`MessageView.state`, `messages.Local`); nothing for one
    that somebody else wrote.
    """
    tr = QCoreApplication.translate
    return {
        "received": "",
        "sending": tr("words", "sending"),
        "queued": tr("words", "waiting"),
        "sent": tr("words", "on its way"),
        "delivered": tr("words", "delivered"),
        "read": tr("words", "read"),
        "failed": tr("words", "not sent"),
    }.get(state, state)
