"""Points in time as a person reads them, in the language and zone of the system.

What lives here: pure functions on seconds. What may not: whose time it is.
"""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

_WEEK = 6


def clock(seconds: float) -> str:
    """The time of day."""
    return QLocale().toString(_date(seconds).time(), QLocale.FormatType.ShortFormat)


def full_day(seconds: float) -> str:
    """The day, written out."""
    return QLocale().toString(_date(seconds).date(), QLocale.FormatType.LongFormat)


def moment(seconds: float) -> str:
    """Day and time, for what is still to come."""
    return QLocale().toString(_date(seconds), QLocale.FormatType.ShortFormat)


def brief(seconds: float, now: float) -> str:
    """As short as can be: the time today, the weekday this week, else the date."""
    then, today = _date(seconds).date(), _date(now).date()
    days = then.daysTo(today)
    if days == 0:
        return clock(seconds)
    if 0 < days <= _WEEK:
        return QLocale().dayName(then.dayOfWeek(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(then, QLocale.FormatType.ShortFormat)


def _date(seconds: float) -> QDateTime:
    # Anything else than a time of our era is a clock that is wrong; Qt shows its limits.
    return QDateTime.fromSecsSinceEpoch(int(max(-1e10, min(seconds, 1e11))))
