"""The lists of a site's own hospitals, streets and staff, read from files beside the settings when a text is first screened."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wardroom.language import _

if TYPE_CHECKING:
    from wardroom.screening import Finding
    from wardroom.screening.own import OwnWords

FILE_MAX_BYTES = 2 * 1024 * 1024


class Screen:
    """Screening with the lists of one site; ``folders`` hold ``hospitals.txt``, ``streets.txt`` and ``staff.txt``, or not."""

    def __init__(self, folders: tuple[Path, ...] = ()) -> None:
        self._folders = folders

    def scan(self, text: str) -> "tuple[Finding, ...]":
        """The findings of a text."""
        from wardroom import screening

        return screening.scan(text, self.own)

    @property
    def own(self) -> "OwnWords | None":
        """The entries that can be used; None where there are no lists."""
        return self._read[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the lists cannot be used, each with its file and line."""
        return self._read[1]

    @cached_property
    def _read(self) -> "tuple[OwnWords | None, tuple[str, ...]]":
        from wardroom.screening.own import LISTS, OwnWords, read_list

        entries, warnings = [], []
        for path in (folder / f"{name}.txt" for folder in self._folders for name in LISTS):
            try:
                with path.open("rb") as file:
                    raw = file.read(FILE_MAX_BYTES + 1)
            except FileNotFoundError:
                continue
            except OSError as error:
                warnings.append(_("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror))
                continue
            if len(raw) > FILE_MAX_BYTES:
                warnings.append(_("{path} is larger than 2 MiB and was left out.").format(path=path))
                continue
            lines, wrong = _decoded(raw)
            words, bad = read_list(lines)
            for number, what in sorted((*wrong, *bad)):
                warnings.append(_("{path}, line {number}: {what}.").format(path=path, number=number, what=what))
            if words:
                entries.append((path.stem, words))
        return (OwnWords(tuple(entries)) if entries else None), tuple(warnings)


def _decoded(raw: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    """The lines of a file, those that are no UTF-8 left empty and named."""
    lines: list[str] = []
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append("")
            wrong.append((number, _("is not UTF-8")))
    return lines, wrong
