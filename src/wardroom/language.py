"""The words of Wardroom in the user's language: English stands in the code, other languages in catalogues of gettext.

English costs nothing: gettext is imported only when another language is chosen. ``make words`` keeps the catalogues.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "wardroom"

_chosen: "NullTranslations | None" = None


def wanted(setting: str | None, env: Mapping[str, str]) -> str:
    """The language a user wants, as a locale such as ``fr_CA``: the setting's, else that of the environment."""
    named = setting or next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    locale = named.partition(".")[0].partition("@")[0].replace("-", "_")
    is_locale = locale.replace("_", "").isalnum() and locale not in ("C", "POSIX")
    return locale if is_locale else "en"


def choose(language: str, catalogues: Path = CATALOGUES) -> str:
    """Speak this language (``fr``, ``fr_CA``) from now on, and English where there is no catalogue for it.

    A sentence about a catalogue that cannot be used, else nothing.
    """
    global _chosen  # noqa: PLW0603  # a process speaks one language, as it has one terminal
    _chosen = None
    if language.partition("_")[0].lower() == "en":
        return ""
    import gettext
    import struct

    found = gettext.find(DOMAIN, str(catalogues), [language])
    if found is None:
        return ""
    try:
        with Path(found).open("rb") as file:
            _chosen = gettext.GNUTranslations(file)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, struct.error):
        return f"{found} is not a catalogue of words that can be used; Wardroom speaks English. Install Wardroom again."
    return ""


def is_english() -> bool:
    """Whether words are shown as they stand in the code."""
    return _chosen is None


def chosen() -> str:
    """The language that is spoken."""
    return "en" if _chosen is None else _chosen.info().get("language", "en")


def _(text: str) -> str:
    """A sentence or word of ours in the chosen language; names of values go in afterwards, with ``str.format``."""
    return text if _chosen is None or not text else _chosen.gettext(text)


def several(one: str, many: str, count: int) -> str:
    """The form of a sentence that fits a number, before its values go in."""
    if _chosen is None:
        return one if count == 1 else many
    return _chosen.ngettext(one, many, count)


def marked(text: str) -> str:
    """A constant that is kept in English and shown through ``_``: what marks it for the catalogues."""
    return text


def decimal(value: float, digits: int) -> str:
    """A number as people write it, with the decimal sign and the thousands of the chosen language."""
    written = f"{value:,.{digits}f}"
    if _chosen is None:
        return written
    thousands, point = _("1,000.5")[1], _("1,000.5")[-2]
    return written.translate({ord(","): thousands, ord("."): point})


def figure(value: float, form: str = "g") -> str:
    """A measured value in a form of ``format``, with the decimal sign of the chosen language."""
    written = format(value, form)
    return written if _chosen is None else written.replace(".", _("1,000.5")[-2])
