"""Words for states, the same wherever a state is shown or read out.

What lives here: state → translated word, and what it means where that is explained. What may not:
colours, drawings, sentences about one page.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True)
class Meaning:
    """A state's word, and a sentence that explains it."""

    word: str
    sentence: str


def trust_meaning(trust: str) -> Meaning:
    """Whether a contact's keys were compared (`ContactView.trust`)."""
    if trust == "validated":
        return Meaning(
            QCoreApplication.translate("words", "Validated"),
            QCoreApplication.translate(
                "words",
                "You compared the safety words: messages go to this person's keys alone.",
            ),
        )
    if trust == "compromised":
        return Meaning(
            QCoreApplication.translate("words", "Compromised"),
            QCoreApplication.translate(
                "words",
                "Something signed with this contact's keys contradicts itself: somebody else may"
                " have them. Do not send secrets until you have talked to the person.",
            ),
        )
    return Meaning(
        QCoreApplication.translate("words", "Not validated yet"),
        QCoreApplication.translate(
            "words",
            "Messages are encrypted, but nobody has checked that these keys are those of the"
            " person you mean.",
        ),
    )


def path_meaning(connected: bool | None) -> Meaning:
    """How a contact is reached now (`ContactView.connected`); None while no node tells it."""
    if connected is None:
        return Meaning(
            QCoreApplication.translate("words", "Not known now"),
            QCoreApplication.translate(
                "words",
                "This window has lost its node, and cannot tell who is connected. What you write"
                " goes out when the node is there again.",
            ),
        )
    if connected:
        return Meaning(
            QCoreApplication.translate("words", "Connected over Tor"),
            QCoreApplication.translate(
                "words",
                "Messages arrive at once. Neither of you learns where the other one is.",
            ),
        )
    return Meaning(
        QCoreApplication.translate("words", "Not connected"),
        QCoreApplication.translate(
            "words",
            "Messages wait on this device and go out by themselves as soon as both of you are"
            " there.",
        ),
    )


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
