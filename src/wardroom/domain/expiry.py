"""When a notice ends: read from words, told in words, and asked for against a given moment, never a clock of its own."""

import re
from datetime import datetime, timedelta
from typing import Final

from wardroom.errors import InputRejected
from wardroom.language import _

DAYS_MAX: Final = 90
"""What holds longer is a protocol, not a notice."""

_SPAN: Final = re.compile(
    r"(?:in\s+|for\s+)?(?P<n>\d{1,4})\s?(?P<unit>min(?:utes?)?|m|hours?|hrs?|h|days?|d)", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(?:(?P<day>\d{4}-\d{2}-\d{2})\s+)?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_until(text: str, now: datetime) -> int | None:
    """``8h``, ``90 min``, ``2d``, ``14:00`` (the next one), ``2026-11-21`` (to its end) or both, in ms since 1970.

    ``now`` is aware; clock times are read in its zone. None for no words. Raises InputRejected for what is no such time,
    is over already, or lies more than ``DAYS_MAX`` days ahead.
    """
    words = text.strip()
    if not words:
        return None
    end = _end_of(words, now)
    if end is None:
        raise InputRejected(
            _("{words!r} is no end of a notice. Write it as 8h, 2d, 14:00 or 2026-11-21 14:00.").format(
                words=words[:40]
            )
        )
    if end <= now:
        raise InputRejected(_("A notice until {words} is over already. Write a later time.").format(words=words))
    if end - now > timedelta(days=DAYS_MAX):
        raise InputRejected(
            _("A notice lasts {most} days at most; what holds longer belongs on a board of protocols.").format(
                most=DAYS_MAX
            )
        )
    return int(end.timestamp() * 1000)


def _end_of(words: str, now: datetime) -> datetime | None:
    span = _SPAN.fullmatch(words)
    if span is not None:
        unit = {"m": "minutes", "h": "hours", "d": "days"}[span["unit"][0].lower()]
        return now + timedelta(**{unit: int(span["n"])})
    try:
        if _DAY.fullmatch(words):
            return datetime.fromisoformat(words).replace(tzinfo=now.tzinfo) + timedelta(days=1)
        clock = _CLOCK.fullmatch(words)
        if clock is None:
            return None
        day = datetime.fromisoformat(clock["day"]) if clock["day"] else now
        end = day.replace(
            hour=int(clock["hour"]), minute=int(clock["minute"]), second=0, microsecond=0, tzinfo=now.tzinfo
        )  # fmt: skip
    except ValueError:
        return None
    return end if clock["day"] or end > now else end + timedelta(days=1)


def is_over(until_ms: int | None, now_ms: int) -> bool:
    """Whether a notice with this end has ended."""
    return until_ms is not None and until_ms <= now_ms
