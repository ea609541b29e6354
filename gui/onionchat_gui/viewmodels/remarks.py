"""What is said of a message beside its text: what it answers, reactions, its end, in words.

What lives here: from a `MessageView` to safe, short words, once per row. What may not: how they
are painted, and asking the node for any of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject

from onionchat.displayable import displayable_line
from onionchat.views import MessageView, QuoteView

from .sentences import worded

TIMERS: Final = (0, 300, 3600, 86_400, 7 * 86_400, 28 * 86_400)
"""Seconds that can be chosen after which messages disappear; 0: they stay."""

MAX_EMOJI: Final = 16
"""Characters of a reaction that are shown: the longest emoji of today have ten."""
_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86_400, 7 * 86_400


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that another one answers; safe to show."""

    id: str
    who: str
    """Its author; nothing if it is not here."""
    line: str
    here: bool
    """Whether it can be gone to: else `line` says what became of it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One emoji under a message."""

    words: str
    """The emoji, and how many chose it, if several did."""
    mine: bool
    emoji: str
    """As it came; never shown."""


def quoted(reply: QuoteView | None) -> Quoted | None:
    """What stands above an answer."""
    if reply is None:
        return None
    if reply.note is not None:
        return Quoted(reply.id, _author(reply), displayable_line(worded(reply.note)), here=False)
    return Quoted(reply.id, _author(reply), displayable_line(reply.text), here=True)


def _author(quote: QuoteView) -> str:
    if quote.mine:
        return QCoreApplication.translate("remarks", "You")
    return displayable_line(quote.author)


def reactions(view: MessageView) -> tuple[Reaction, ...]:
    """Each emoji once, in the order in which they came."""
    counted = Counter(reaction.emoji for reaction in view.reactions)
    mine = {reaction.emoji for reaction in view.reactions if reaction.mine}
    return tuple(
        Reaction(emoji_of(emoji) + (f" {count}" if count > 1 else ""), emoji in mine, emoji)
        for emoji, count in counted.items()
    )


def emoji_of(said: str) -> str:
    """A reaction as it is shown; what others send as one may be anything of 64 bytes."""
    return displayable_line(said[:MAX_EMOJI])


def own_reaction(view: MessageView) -> str:
    """The emoji that the person chose; nothing if none."""
    return next((reaction.emoji for reaction in view.reactions if reaction.mine), "")


def remark(view: MessageView) -> str:
    """The remark that the node makes on a message, in the window's language; or nothing."""
    if view.kind == "timer":
        return timer_set(view)
    return displayable_line(worded(view.note))


def timer_set(view: MessageView) -> str:
    """The line that says who changed when messages disappear."""
    if view.mine:
        said = (
            QCoreApplication.translate(
                "remarks", "You: from here on messages disappear %1 after they were seen."
            )
            if view.timer
            else QCoreApplication.translate("remarks", "You: from here on messages stay.")
        )
    else:
        said = (
            QCoreApplication.translate(
                "remarks", "%2: from here on messages disappear %1 after they were seen."
            )
            if view.timer
            else QCoreApplication.translate("remarks", "%2: from here on messages stay.")
        )
    return said.replace("%1", span(view.timer or 0)).replace("%2", displayable_line(view.author))


def timer_title(seconds: int) -> str:
    """What a choice of `TIMERS` is called."""
    return span(seconds) if seconds else QCoreApplication.translate("remarks", "Off")


def span(seconds: int) -> str:
    """A time in words, in the largest unit that divides it."""
    return _Spans().words(seconds)


class _Spans(QObject):
    """Only `tr` of an object knows of one and of many."""

    def words(self, seconds: int) -> str:
        if seconds and seconds % _WEEK == 0:
            return self.tr("%n week(s)", "", seconds // _WEEK)
        if seconds and seconds % _DAY == 0:
            return self.tr("%n day(s)", "", seconds // _DAY)
        if seconds and seconds % _HOUR == 0:
            return self.tr("%n hour(s)", "", seconds // _HOUR)
        return self.tr("%n minute(s)", "", ceil(seconds / _MINUTE))


def left(view: MessageView, now: float) -> str:
    """How long a message is still here, as short as can be; nothing if it stays."""
    if view.disappears is not None:
        seconds = max(0.0, view.disappears - now)
    elif view.lifetime:
        seconds = float(view.lifetime)
    else:
        return ""
    if seconds >= 2 * _DAY:
        words = QCoreApplication.translate("remarks", "%1 d")
        return words.replace("%1", str(round(seconds / _DAY)))
    if seconds >= 2 * _HOUR:
        words = QCoreApplication.translate("remarks", "%1 h")
        return words.replace("%1", str(round(seconds / _HOUR)))
    words = QCoreApplication.translate("remarks", "%1 min")
    return words.replace("%1", str(max(1, ceil(seconds / _MINUTE))))


def end(view: MessageView, moment: str) -> str:
    """When a message disappears, in a sentence; `moment`: that time, written out."""
    if view.disappears is not None:
        words = QCoreApplication.translate("remarks", "disappears %1")
        return words.replace("%1", moment)
    if view.lifetime:
        words = (
            QCoreApplication.translate("remarks", "disappears %1 after it was delivered")
            if view.mine
            else QCoreApplication.translate("remarks", "disappears %1 after it was seen")
        )
        return words.replace("%1", span(view.lifetime))
    return ""


def spoken(view: MessageView, quote: Quoted | None) -> tuple[str, str]:
    """For screen readers: what stands before the text, and what behind it."""
    before = ""
    if quote is not None:
        words = QCoreApplication.translate("remarks", "in answer to “%1”")
        line = f"{quote.who}: {quote.line}" if quote.who else quote.line
        before = words.replace("%1", line)
    behind = []
    if view.edited is not None:
        behind.append(QCoreApplication.translate("remarks", "edited"))
    for reaction in view.reactions:
        if reaction.mine:
            words = QCoreApplication.translate("remarks", "you reacted with %1")
        else:
            words = QCoreApplication.translate("remarks", "%2 reacted with %1")
        words = words.replace("%1", emoji_of(reaction.emoji))
        behind.append(words.replace("%2", displayable_line(reaction.author)))
    return before, ", ".join(behind)
