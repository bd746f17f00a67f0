"""Settings: XDG paths and TOML become one frozen Config, and what is wrong in a file becomes a warning.

What is nearest to the user wins: an option of the command line, then the environment (``$WARDROOM_FORUM``,
``$WARDROOM_SCREEN_READER``), then ``$XDG_CONFIG_HOME/wardroom/config.toml``, then ``/etc/wardroom/config.toml``, then the default. This stands on the
way to the first screen: TOML is loaded only if there is a file, and the paths are the XDG rules by hand.
"""

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from wardroom.language import _

SYSTEM_FILE: Final = Path("/etc/wardroom/config.toml")
FILE_MAX_BYTES: Final = 65_536
"""A larger file is not one of ours."""
REPORTED_MAX: Final = 5
"""Names of one kind that are reported one by one."""
LOGS: Final = ("auto", "off", "stderr")
COLOURS: Final = ("auto", "none", "contrast", "16", "256", "truecolor")


@dataclass(frozen=True, slots=True)
class Config:
    """What a session may be told from outside."""

    forum_file: Path
    lock_after_s: int = 300
    """Idle seconds before the lock screen."""
    logout_after_s: int = 1800
    """Idle seconds before the session ends."""
    undo_s: int = 60
    """Seconds in which a post can be taken back before it travels."""
    ascii: bool | None = None
    """Whether to draw with ASCII only; None lets the terminal decide."""
    colour: str = "auto"
    """One of ``COLOURS``."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id → key, for actions that are not on their usual key."""
    language: str | None = None
    """A locale such as ``de`` or ``pt_BR``; None lets the environment decide."""
    poll_ms: int = 500
    """Milliseconds between two looks at what has arrived."""
    log: str = "auto"
    """Where occurrences are logged: "auto" (the journal, under systemd), "off", "stderr", or the path of a file."""
    keep_drafts_d: int = 30
    """Days after which ``wardroom tidy`` throws a draft away that nobody has touched; 0 keeps them."""
    keep_reads_d: int = 90
    """Days after which it forgets who read what; 0 keeps it."""
    keep_cases_d: int = 0
    """Days without a word after which it purges a thread; 0, unless the site has a rule, keeps them."""
    keep_backups_d: int = 35
    """Days after which ``wardroom backup --rotate`` removes a backup."""
    sync_minutes: int = 10
    """Minutes after which an open TUI syncs with the peers; 0 leaves that to a timer."""
    bell: bool = False
    """Whether the terminal's bell rings once when something arrives that calls on the member."""
    screen_reader: bool = False
    """Whether the screens are for listening: no rules, no decorative signs, rows in words, the terminal's cursor shown."""
    folders: tuple[Path, ...] = field(default=(), compare=False)
    """Where settings are looked for; a department's own templates lie in ``templates`` below each, the nearest last."""

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where a department keeps templates of its own."""
        return tuple(folder / "templates" for folder in self.folders)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, where each one comes from, and what could not be used."""

    config: Config
    origins: Mapping[str, str]
    """Name of a setting (``keys.reply`` for a key) → the place that set it; what is built in is not among them."""
    warnings: tuple[str, ...]


def load(
    options: Mapping[str, object] | None = None, *, env: Mapping[str, str], system_file: Path = SYSTEM_FILE
) -> tuple[Config, tuple[str, ...]]:
    """The settings in force, and a warning for each one that could not be used; as ``trace`` finds them."""
    found = trace(options, env=env, system_file=system_file)
    return found.config, found.warnings


def trace(
    options: Mapping[str, object] | None = None, *, env: Mapping[str, str], system_file: Path = SYSTEM_FILE
) -> Settings:
    """The settings in force with their origins.

    ``options`` are what the command line was told, by name of field; None there means not told. A value that
    cannot be used counts as not there, so that the next place or the default decides.
    """
    warnings: list[str] = []
    home = _home(env)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for path in (system_file, user_file(env)):
        _merge(values, origins, *_from_file(path, home, warnings))
    if env.get("WARDROOM_FORUM"):
        given = {"forum_file": env["WARDROOM_FORUM"]}
        _merge(values, origins, *_checked(given, lambda _: "$WARDROOM_FORUM", Path(), home, warnings))
    if env.get("WARDROOM_SCREEN_READER", "") not in ("", "0"):
        _merge(
            values,
            origins,
            *_checked({"screen_reader": True}, lambda _: "$WARDROOM_SCREEN_READER", Path(), home, warnings),
        )
    told = {name: value for name, value in (options or {}).items() if value is not None}
    _merge(values, origins, *_checked(told, lambda _name: _("command line"), Path(), home, warnings))
    folders = (system_file.parent, user_file(env).parent)
    defaults = Config(forum_file=default_forum_file(env), folders=folders)
    return Settings(replace(defaults, **values), origins, tuple(warnings))


def user_file(env: Mapping[str, str]) -> Path:
    """Where a user keeps settings."""
    return _xdg(env, "XDG_CONFIG_HOME", ".config") / "wardroom" / "config.toml"


def screening_folders(env: Mapping[str, str], system_file: Path = SYSTEM_FILE) -> tuple[Path, ...]:
    """Where lists of the site's own hospitals, streets and staff may lie: in ``screening/`` beside each file of settings."""
    return tuple(dict.fromkeys(path.with_name("screening") for path in (system_file, user_file(env))))


def default_forum_file(env: Mapping[str, str]) -> Path:
    """The forum of a user who names none."""
    return _xdg(env, "XDG_DATA_HOME", ".local/share") / "wardroom" / "forum.db"


def _xdg(env: Mapping[str, str], name: str, below_home: str) -> Path:
    """An XDG base directory; the specification has relative ones ignored."""
    given = env.get(name, "")
    return Path(given) if given.startswith("/") else _home(env) / below_home


def _home(env: Mapping[str, str]) -> Path:
    """The user's home, from the account if the environment does not say."""
    if given := env.get("HOME"):
        return Path(given)
    import pwd

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        # An account without an entry, as in some containers, has only the place it stands in.
        return Path()


# --- files ----------------------------------------------------------------------------------------------------------


def _from_file(path: Path, home: Path, warnings: list[str]) -> "_Usable":
    """The usable settings of one file and their places; none if there is no file."""
    shown = _printable(str(path), 400)
    try:
        # Opened without waiting: a named pipe in this place must not hold up the start.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return {}, {}
    except (OSError, ValueError) as error:
        warnings.append(
            _("{file} cannot be read ({reason}); its settings are not used.").format(file=shown, reason=_reason(error))
        )
        return {}, {}
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        warnings.append(_("{file} is not a file; it is not used.").format(file=shown))
        return {}, {}
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(FILE_MAX_BYTES + 1)
        except OSError as error:
            warnings.append(
                _("{file} cannot be read ({reason}); its settings are not used.").format(
                    file=shown, reason=_reason(error)
                )
            )
            return {}, {}
    if len(content) > FILE_MAX_BYTES:
        warnings.append(
            _("{file} is larger than {count} KiB; its settings are not used.").format(
                file=shown, count=FILE_MAX_BYTES // 1024
            )
        )
        return {}, {}
    import tomllib

    try:
        # Editors of other systems begin a file with a byte order mark, which TOML does not know.
        text = content.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        warnings.append(
            _("{file}, line {line}: this is not UTF-8; the file's settings are not used.").format(file=shown, line=line)
        )
        return {}, {}
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        told = _("it is nested too deeply") if isinstance(error, RecursionError) else _printable(str(error), 120)
        warnings.append(
            _("{file} is not TOML: {told}; the file's settings are not used.").format(file=shown, told=told)
        )
        return {}, {}
    return _checked(table, lambda name: _place(shown, text, name), path.parent, home, warnings)


def _place(shown: str, text: str, name: str) -> str:
    """A file and, where it can be found, the line that sets ``name`` (the last part of a dotted one)."""
    last = name.rpartition(".")[2]
    if not last:
        return shown
    match = re.search(rf"""^[^#\n]*?(?<![\w-])["']?{re.escape(last)}["']?\s*[=.\]]""", text, re.MULTILINE)
    return (
        shown
        if match is None
        else _("{file}, line {count}").format(file=shown, count=text.count(chr(10), 0, match.start()) + 1)
    )


def _merge(values: dict[str, Any], origins: dict[str, str], nearer: dict[str, Any], places: dict[str, str]) -> None:
    """Let nearer settings win; keys win one by one."""
    if "keys" in nearer:
        nearer["keys"] = {**values.get("keys", {}), **nearer["keys"]}
    values.update(nearer)
    origins.update(places)


# --- values ---------------------------------------------------------------------------------------------------------


_Usable = tuple[dict[str, Any], dict[str, str]]
"""Settings by name, and the place of each."""


def _checked(
    table: Mapping[str, object], place: Callable[[str], str], base: Path, home: Path, warnings: list[str]
) -> _Usable:
    """The settings of ``table`` that can be used; ``place`` says where a setting stands."""
    usable: dict[str, Any] = {}
    places: dict[str, str] = {}
    unknown: list[str] = []
    for name, value in table.items():
        if name == "keys":
            usable["keys"] = _checked_keys(value, place, warnings)
            places |= {f"keys.{action}": place(f"keys.{action}") for action in usable["keys"]}
        elif name in _CHECKS:
            wish = _CHECKS[name][1]()
            found = _found(name, value, base, home)
            if found is None:
                warnings.append(
                    _("{name}: {setting} must be {wish}, not {value}; it is not used.").format(
                        name=place(name), setting=name, wish=wish, value=_told(value)
                    )
                )
            else:
                usable[name], places[name] = found, place(name)
        else:
            unknown.append(name)
    warnings.extend(
        _("{name}: {setting} is not a setting{nearest}.").format(
            name=place(name), setting=_printable(name, 40), nearest=_nearest(name)
        )
        for name in unknown[:REPORTED_MAX]
    )
    if len(unknown) > REPORTED_MAX:
        warnings.append(
            _("{place}: {count} more names are not settings.").format(
                place=place(""), count=len(unknown) - REPORTED_MAX
            )
        )
    return usable, places


def _checked_keys(value: object, place: Callable[[str], str], warnings: list[str]) -> dict[str, str]:
    """The remapped keys that can be used; whether an action exists is for the keymap to say."""
    if not isinstance(value, dict):
        warnings.append(
            _('{place}: keys must be a table of lines such as reply = "R", not {value}.').format(
                place=place("keys"), value=_told(value)
            )
        )
        return {}
    usable = {action: key for action, key in value.items() if _is_key(key)}
    useless = [action for action in value if action not in usable]
    for action in useless[:REPORTED_MAX]:
        named = f"keys.{_printable(action, 40)}"
        warnings.append(
            _("{place}: {named} must be the name of a key, not {value}.").format(
                place=place(f"keys.{action}"), named=named, value=_told(value[action])
            )
        )
    if len(useless) > REPORTED_MAX:
        warnings.append(
            _("{place}: {count} more keys cannot be used.").format(
                place=place("keys"), count=len(useless) - REPORTED_MAX
            )
        )
    return usable


def _is_key(value: object) -> bool:
    """Whether this can be the name of a key."""
    return isinstance(value, str) and 0 < len(value) <= 40 and value.isprintable() and not value.isspace()


def _found(name: str, value: object, base: Path, home: Path) -> object:
    """A setting's value if it can be used, else None."""
    if name == "log" and value not in LOGS:
        path = _path(value, base, home)
        return None if path is None else os.fspath(path)
    return _path(value, base, home) if name == "forum_file" else _CHECKS[name][0](value)


def _path(value: object, base: Path, home: Path) -> Path | None:
    """A path as a person writes it: ``~`` is home, and in a file it is relative to that file."""
    if isinstance(value, Path):
        return base / value
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        return None
    if value == "~" or value.startswith("~/"):
        return home / value[2:]
    return base / value


def _whole(lowest: int, highest: int) -> tuple[Callable[[object], object], Callable[[], str]]:
    """A check for whole numbers within bounds, and the words for it."""

    def check(value: object) -> object:
        # True is a number to Python, not to people.
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return value if lowest <= value <= highest else None

    return check, lambda: _("a whole number from {lowest} to {highest}").format(lowest=lowest, highest=highest)


def _truth(value: object) -> object:
    """True or false, and nothing that merely looks like it."""
    return value if isinstance(value, bool) else None


def _colour(value: object) -> object:
    """One of ``COLOURS``; 16 and 256 may come as numbers."""
    if isinstance(value, int):
        return {16: "16", 256: "256"}.get(value)
    return value.lower() if isinstance(value, str) and value.lower() in COLOURS else None


def _language(value: object) -> object:
    """A name of the form of a locale's."""
    is_locale = isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,2}", value)
    return value if is_locale else None


_CHECKS: Final[Mapping[str, tuple[Callable[[object], object], Callable[[], str]]]] = {
    "forum_file": (lambda _: None, lambda: _("the path of a file")),
    "log": (lambda value: value, lambda: _("auto, off, stderr or the path of a file")),
    "lock_after_s": _whole(10, 86_400),
    "logout_after_s": _whole(60, 604_800),
    "undo_s": _whole(0, 3_600),
    "ascii": (_truth, lambda: _("true or false")),
    "bell": (_truth, lambda: _("true or false")),
    "screen_reader": (_truth, lambda: _("true or false")),
    "colour": (_colour, lambda: _("one of {colours}").format(colours=", ".join(COLOURS))),
    "language": (_language, lambda: _("a language such as fr or fr_CA")),
    "poll_ms": _whole(100, 60_000),
    "sync_minutes": _whole(0, 10_080),
    "keep_drafts_d": _whole(0, 36_500),
    "keep_reads_d": _whole(0, 36_500),
    "keep_cases_d": _whole(0, 36_500),
    "keep_backups_d": _whole(1, 36_500),
}


def _nearest(name: str) -> str:
    """A guess at what was meant, as the rest of a sentence."""
    import difflib

    near = difflib.get_close_matches(name[:40], [each.name for each in fields(Config)], n=1)
    return _("; did you mean {near}?").format(near=near[0]) if near else ""


def _reason(error: Exception) -> str:
    """What the system says of a file."""
    return (error.strerror if isinstance(error, OSError) else None) or _("not a path")


def _told(value: object) -> str:
    """A value in a sentence."""
    try:
        return _printable(repr(value), 40)
    except ValueError:
        # Python writes no number of more than 4300 digits.
        return _("a number that long")


def _printable(text: str, length_max: int) -> str:
    """Some of ``text`` that can neither break a line nor steer a terminal."""
    visible = "".join(sign if sign.isprintable() else "�" for sign in text)
    return visible if len(visible) <= length_max else f"{visible[: length_max - 1]}…"
