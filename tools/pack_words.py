"""Packs tools/words.txt into the word list of screening, and unpacks it again.

    pack_words.py pack      tools/words.txt → src/wardroom/screening/data/words.bin
    pack_words.py unpack    the other way

A line of the text is a word in small ASCII letters, a blank, and what it is: ``G`` a common given name or ``g`` a listed
one, ``F`` a common family name or ``f`` a listed one, ``w`` an ordinary or clinical word; in this order, at least one.
``NOTICE.txt`` beside the packed list says where the words come from.
"""

import struct
import sys
import zlib
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TEXT: Final = ROOT / "tools" / "words.txt"
PACKED: Final = ROOT / "src" / "wardroom" / "screening" / "data" / "words.bin"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DEGREE: Final = {"given": ("", "g", "G"), "family": ("", "f", "F")}
_SIZES: Final = ">26I"


def pack(lines: list[str]) -> bytes:
    """The packed list of these lines. Raises ValueError naming a line that is none."""
    by_letter: dict[str, list[bytes]] = {letter: [] for letter in LETTERS}
    for number, line in enumerate(lines, 1):
        word, _, marks = line.partition(" ")
        if not (word.isascii() and word.isalpha() and word.islower()) or marks not in _CODES:
            raise ValueError(f"line {number} is no word with its marks: {line!r}")
        by_letter[word[0]].append(f"\n{word}{_CODES[marks]}".encode())
    streams = [zlib.compress(b"".join(sorted(by_letter[letter])) + b"\n", 9) for letter in LETTERS]
    return struct.pack(_SIZES, *map(len, streams)) + b"".join(streams)


def unpack(packed: bytes) -> list[str]:
    """The lines of a packed list, sorted."""
    ends = list(accumulate(struct.unpack_from(_SIZES, packed), initial=struct.calcsize(_SIZES)))
    words = b"".join(zlib.decompress(packed[start:end]) for start, end in pairwise(ends)).decode().split()
    return sorted(f"{word[:-1]} {_MARKS[word[-1]]}" for word in words)


_CODES: Final = {
    f"{given}{family}{word}": chr(ord("A") + 6 * degree + 2 * other + (word == "w"))
    for degree, given in enumerate(_DEGREE["given"])
    for other, family in enumerate(_DEGREE["family"])
    for word in ("", "w")
    if given or family or word
}
_MARKS: Final = {code: marks for marks, code in _CODES.items()}


def main() -> int:
    """Do what the argument says."""
    match sys.argv[1:]:
        case ["pack"]:
            PACKED.write_bytes(pack(TEXT.read_text("ascii").splitlines()))
        case ["unpack"]:
            TEXT.write_text("\n".join(unpack(PACKED.read_bytes())) + "\n", "ascii")
        case _:
            sys.exit((__doc__ or "").partition("\n\n")[2].partition("\n\n")[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
