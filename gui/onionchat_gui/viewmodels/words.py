"""Words for states, the same wherever a state is shown or read out.

What lives here: state → translated word. What may not: colours, glyphs, sentences about one page.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def contact_state(state: str) -> str:
    """How one stands with a contact (`ContactView.state`); nothing where one can just write."""
    return {
        "active": "",
        "outgoing": QCoreApplication.translate("words", "Your request is on its way"),
        "requested": QCoreApplication.translate("words", "Your request waits for an answer"),
        "incoming": QCoreApplication.translate("words", "Wants to become your contact"),
        "declined": QCoreApplication.translate("words", "Declined"),
        "blocked": QCoreApplication.translate("words", "Blocked"),
        "expired": QCoreApplication.translate("words", "No answer in time"),
    }.get(state, state)


def message_state(state: str) -> str:
    """Where a message of one's own is (`MessageView.state`, `messages.Local`); nothing for one
    that somebody else wrote.
    """
    return {
        "received": "",
        "sending": QCoreApplication.translate("words", "sending"),
        "queued": QCoreApplication.translate("words", "waiting"),
        "sent": QCoreApplication.translate("words", "on its way"),
        "delivered": QCoreApplication.translate("words", "delivered"),
        "read": QCoreApplication.translate("words", "read"),
        "failed": QCoreApplication.translate("words", "not sent"),
    }.get(state, state)
