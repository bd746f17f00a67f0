"""The words of Wardroom in the user's language: English stands in the code, other languages in catalogues of gettext.

English costs nothing: gettext is imported only when another language is chosen.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "wardroom"

_chosen: "NullTranslations | None" = None


def choose(language: str, catalogues: Path = CATALOGUES) -> bool:
    """Speak this language ("fr") from now on; False where there is no catalogue for it, and English stays."""
    global _chosen  # noqa: PLW0603  # a process speaks one language, as it has one terminal
    _chosen = None
    if language == "en":
        return True
    import gettext

    try:
        _chosen = gettext.translation(DOMAIN, str(catalogues), [language])
    except (OSError, UnicodeDecodeError, ValueError):
        return False
    return True


def _(text: str) -> str:
    """A sentence or word of ours in the chosen language; names of values go in afterwards, with ``str.format``."""
    return text if _chosen is None else _chosen.gettext(text)


def several(one: str, many: str, count: int) -> str:
    """The form of a sentence that fits a number, before its values go in."""
    if _chosen is None:
        return one if count == 1 else many
    return _chosen.ngettext(one, many, count)
