"""Times as people read them: how long ago in four columns, and since when in words."""

from datetime import datetime, timedelta

from wardroom.domain.text import display_width
from wardroom.language import _, marked

_MINUTE_MS = 60_000
_DAYS = (
    marked("Monday"),
    marked("Tuesday"),
    marked("Wednesday"),
    marked("Thursday"),
    marked("Friday"),
    marked("Saturday"),
    marked("Sunday"),
)
_MONTHS = (
    marked("January"), marked("February"), marked("March"), marked("April"), marked("May"), marked("June"),
    marked("July"), marked("August"), marked("September"), marked("October"), marked("November"), marked("December"),
)  # fmt: skip
_MONTHS_SHORT = (
    marked("Jan"),
    marked("Feb"),
    marked("Mar"),
    marked("Apr"),
    marked("May"),
    marked("Jun"),
    marked("Jul"),
    marked("Aug"),
    marked("Sep"),
    marked("Oct"),
    marked("Nov"),
    marked("Dec"),
)


def age(then_ms: int, now_ms: int) -> str:
    """``12m``, ``2h``, ``3d``, ``40w`` or ``3y`` ago; what lies ahead counts as now."""
    minutes = max(now_ms - then_ms, 0) // _MINUTE_MS
    if minutes < 60:
        return _("{count}m").format(count=minutes) if minutes else _(" now").strip()
    hours = minutes // 60
    if hours < 24:
        return _("{count}h").format(count=hours)
    days = hours // 24
    if days < 60:
        return _("{count}d").format(count=days)
    return _("{count}w").format(count=days // 7) if days < 700 else _("{count}y").format(count=days // 365)


def age_columns() -> int:
    """Columns of a list's ages, in the chosen language."""
    return (
        max(
            display_width(_(form).format(count=40))
            for form in (marked("{count}m"), marked("{count}w"), marked("{count}y"))
        )
        + 1
    )


def age_column(then_ms: int | None, now_ms: int) -> str:
    """How long ago, to the right edge of its column, and two columns of room; blank for never."""
    return ("" if then_ms is None else age(then_ms, now_ms)).rjust(age_columns()) + "  "


def since(then_ms: int, now_ms: int) -> str:
    """``07:02 today``, ``07:02 yesterday``, ``07:02 on Monday`` or ``3 November``, by this machine's clock."""
    then = datetime.fromtimestamp(then_ms / 1000).astimezone()
    today = datetime.fromtimestamp(now_ms / 1000).astimezone().date()
    clock = f"{then:%H:%M}"
    if then.date() >= today:
        return _("{clock} today").format(clock=clock)
    if then.date() == today - timedelta(days=1):
        return _("{clock} yesterday").format(clock=clock)
    if then.date() > today - timedelta(days=7):
        return _("{clock} on {day}").format(clock=clock, day=_(_DAYS[then.weekday()]))
    said = _("{day} {month}") if then.year == today.year else _("{day} {month} {year}")
    return said.format(day=then.day, month=_(_MONTHS[then.month - 1]), year=then.year)


def day(at_ms: int) -> str:
    """``12 Mar 2019``, by this machine's clock."""
    at = datetime.fromtimestamp(at_ms / 1000).astimezone()
    month = _(_MONTHS_SHORT[at.month - 1])
    return _("{day} {month} {year}").format(day=at.day, month=month, year=at.year)


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
        return _("until {clock} on {day}").format(clock=f"{end:%H:%M}", day=_(_DAYS[end.weekday()]))
    return _("until {clock}").format(clock=moment(until_ms))
