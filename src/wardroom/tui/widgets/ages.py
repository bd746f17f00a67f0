"""Times as people read them: how long ago in four columns, and since when in words."""

from datetime import datetime, timedelta

from wardroom.language import _

_MINUTE_MS = 60_000


def age(then_ms: int, now_ms: int) -> str:
    """``12m``, ``2h``, ``3d``, ``40w`` or ``3y`` ago; what lies ahead counts as now."""
    minutes = max(now_ms - then_ms, 0) // _MINUTE_MS
    if minutes < 60:
        return f"{minutes}m" if minutes else "now"
    hours = minutes // 60
    if hours < 24:
        return f"{hours}h"
    days = hours // 24
    if days < 60:
        return f"{days}d"
    return f"{days // 7}w" if days < 700 else f"{days // 365}y"


def since(then_ms: int, now_ms: int) -> str:
    """``07:02 today``, ``07:02 yesterday``, ``07:02 on Monday`` or ``3 November``, by this machine's clock."""
    then = datetime.fromtimestamp(then_ms / 1000).astimezone()
    today = datetime.fromtimestamp(now_ms / 1000).astimezone().date()
    clock = f"{then:%H:%M}"
    if then.date() >= today:
        return f"{clock} today"
    if then.date() == today - timedelta(days=1):
        return f"{clock} yesterday"
    if then.date() > today - timedelta(days=7):
        return f"{clock} on {then:%A}"
    month = f"{then.day} {then:%B}"
    return month if then.year == today.year else f"{month} {then.year}"


def day(at_ms: int) -> str:
    """``12 Mar 2019``, by this machine's clock."""
    at = datetime.fromtimestamp(at_ms / 1000).astimezone()
    return f"{at.day} {at:%b} {at.year}"


def moment(at_ms: int) -> str:
    """``12 Mar 2019 07:02``, by this machine's clock."""
    at = datetime.fromtimestamp(at_ms / 1000).astimezone()
    return f"{day(at_ms)} {at:%H:%M}"


def ends(until_ms: int, now_ms: int) -> str:
    """``until 14:00``, ``until 14:00 on Monday``, ``until 3 Dec 2026 14:00`` or ``ended``, by this machine's clock."""
    if until_ms <= now_ms:
        return _("ended")
    end, today = (datetime.fromtimestamp(ms / 1000).astimezone() for ms in (until_ms, now_ms))
    if end - today < timedelta(days=1):
        return _("until {clock}").format(clock=f"{end:%H:%M}")
    if end - today < timedelta(days=6):
        return _("until {clock} on {day}").format(clock=f"{end:%H:%M}", day=f"{end:%A}")
    return _("until {clock}").format(clock=moment(until_ms))
