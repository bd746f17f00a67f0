"""Text from people is data: cleaning, limits and display width, so that no text can act, hide or overflow.

``clean`` is the one filter between a person and the log, and between a peer's words and the views. It never
loses a letter or digit; what could steer a terminal or deceive a reader becomes a visible sign.
"""

import re
import unicodedata
from functools import cache
from typing import Final

from wardroom.errors import InputRejected
from wardroom.language import _

BODY_MAX_BYTES: Final = 65536
"""UTF-8 bytes of one post."""
TITLE_MIN: Final = 10
TITLE_MAX: Final = 80
QUESTION_MAX: Final = 200
LINE_MAX: Final = 200
"""Characters of any other single line: a description, an interest, a reason."""
REASON_MIN: Final = 8
"""Characters of a reason: a word is not one."""
NAME_MAX: Final = 32
"""Characters of a handle, site, board or tag."""
MARKS_MAX: Final = 4
"""Combining marks one base character may carry; more is decoration that covers the neighbouring lines."""

_PLAIN_ASCII = b"\t\n" + bytes(range(0x20, 0x7F))

_EVERYDAY: Final = frozenset("\t\n").union(
    *(
        map(chr, range(first, last + 1))
        for first, last in (
            (0x20, 0x7E),
            (0xA0, 0xAC),
            (0xAE, 0x2AF),
            (0x388, 0x482),
            (0x2010, 0x2027),
            (0x2030, 0x205E),
            (0x2070, 0x209C),
            (0x2190, 0x22FF),
            (0x2500, 0x25FF),
        )
    )
)
"""Characters that are themselves in NFC whatever stands beside them in this set: a text of them is clean."""

_COMMON_NAMES: Final = {
    0x0090: "DCS",
    0x009B: "CSI",
    0x009C: "ST",
    0x009D: "OSC",
    0x00AD: "SHY",
    0x034F: "CGJ",
    0x061C: "ALM",
    0x180E: "MVS",
    0x200B: "ZWSP",
    0x200C: "ZWNJ",
    0x200D: "ZWJ",
    0x200E: "LRM",
    0x200F: "RLM",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0xFEFF: "BOM",
}

# Everything that is not shown as itself, always (control characters, directions, fillers and selectors that take
# no room, private use, noncharacters) or out of its place (joiners and variation selectors).
_SUSPECT: Final = (
    "["
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad"
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0xE0000, 0x10000))
    + "\U000e0000-\U0010ffff]"
)
_NEWLINES: Final = "\r\n?|[\x85\u2028\u2029]"
# Five in a row from the blocks that hold combining marks; Latin, Greek, Cyrillic, kana, Han and Hangul letters are
# left out, so that ordinary text need not be looked at character by character.
_MANY_MARKS: Final = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\uabff\ufb1e\ufe00-\ufe2f\U00010000-\U0001efff\U000e0100-\U000e01ef]{5}"
)

_JOINING_SCRIPTS: Final = (
    "[\u0620-\u074a\u0750-\u08ff\u0900-\u0dff\u0f40-\u109f\u1780-\u17d3\u1820-\u18aa\ua840-\ua877\ua8e0-\uabed"
    "\ufb50-\ufdcf\ufdf0-\ufdfb\ufe70-\ufefc\U00010a00-\U00010d27\U00011000-\U00011eff\U0001e900-\U0001e943]"
)
_EMOJI: Final = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_EMOJI_TAILS: Final = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_IDEOGRAPH: Final = "[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_MONGOLIAN: Final = "[\u1820-\u18aa]"


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """A pattern, compiled for the first text that needs it: everyday text needs none."""
    return re.compile(source)


def clean(text: str, *, one_line: bool = False) -> str:
    """``text`` as it may be stored and shown: NFC, plain newlines, nothing hidden, nothing that acts.

    Control characters become control pictures, hidden ones a name in ``⟨⟩``; joiners stay where a script or an
    emoji needs them. ``one_line`` turns each run of blanks and newlines into one space. ``clean`` of a cleaned
    text is that text, and the result always encodes to UTF-8.
    """
    plain = not text.encode().translate(None, _PLAIN_ASCII) if text.isascii() else _EVERYDAY.issuperset(text)
    if not plain and (
        _pattern(_SUSPECT).search(text)
        or _pattern(_MANY_MARKS).search(text)
        or not unicodedata.is_normalized("NFC", text)
    ):
        text = _cleaned(text)
    return " ".join(text.split()) if one_line else text


def _cleaned(text: str) -> str:
    """The slow way of ``clean``, for a text that may hold something to change."""
    text = _pattern(_NEWLINES).sub("\n", text).replace("\0", "").lstrip("\ufeff")
    text = _pattern(_SUSPECT).sub(_visible, text)
    # Composing can move a mark next to a selector or joiner it did not touch before; each round only shortens or
    # names, so that a few rounds reach the fixed point.
    while True:
        before = text
        text = _pattern(_SUSPECT).sub(_visible, _few_marks(unicodedata.normalize("NFC", text)))
        if text == before:
            return text


def _visible(match: re.Match[str]) -> str:
    """The sign that stands for one suspect character, or the character itself where it belongs."""
    sign = match.group()
    code = ord(sign)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if _belongs(code, match.string, match.start()):
        return sign
    return f"⟨{_COMMON_NAMES.get(code) or f'U+{code:04X}'}⟩"


def _belongs(code: int, text: str, at: int) -> bool:
    """Whether a joiner or variation selector does its work between its neighbours."""
    before = text[at - 1 : at]
    after = text[at + 1 : at + 2]
    if code in {0x200C, 0x200D}:
        if _pattern(_JOINING_SCRIPTS).match(before):
            # A word may end in a virama and a joiner: the older way to write a bare consonant.
            return bool(_pattern(_JOINING_SCRIPTS).match(after)) or (
                code == 0x200D and unicodedata.combining(before) == 9
            )
        if code == 0x200C:
            return False
        stem = at
        while stem and text[stem - 1] in _EMOJI_TAILS:
            stem -= 1
        return bool(_pattern(_EMOJI).match(text[stem - 1 : stem]) and _pattern(_EMOJI).match(after)) and stem > 0
    if 0xFE00 <= code <= 0xFE0F:
        return bool(before) and not before.isspace() and not _is_selector(before)
    if 0xE0100 <= code <= 0xE01EF:
        return bool(_pattern(_IDEOGRAPH).match(before))
    if code in {0x180B, 0x180C, 0x180D, 0x180F}:
        return bool(_pattern(_MONGOLIAN).match(before))
    return False


def _is_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or char in "\u200c\u200d"


def _few_marks(text: str) -> str:
    """``text`` with at most ``MARKS_MAX`` combining marks after each base character."""
    kept: list[str] = []
    run = 0
    dropped = False
    for char in text:
        if char >= "\u0300" and unicodedata.category(char)[0] == "M":
            run += 1
            if run > MARKS_MAX:
                dropped = True
                continue
        else:
            run = 0
        kept.append(char)
    return "".join(kept) if dropped else text


# --- names -------------------------------------------------------------------------------------------------------

_EAST_ASIAN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
_NAME_EXTRAS: Final = "-_."


def clean_name(text: str) -> str:
    """A handle, site, board or tag in the one form it is stored and compared in.

    NFKC and case-folded; letters and digits of one script, and ``-_.`` between them.

    Anything else raises ``InputRejected`` with a sentence that says what a name may be.
    """
    name = text.strip()
    for _round in range(3):
        name = unicodedata.normalize("NFKC", name).casefold()
    name = "".join(str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char for char in name)
    name = unicodedata.normalize("NFKC", name)
    if not name:
        raise InputRejected(_("The name is empty. Give it 1 to 32 letters or digits."))
    if len(name) > NAME_MAX:
        raise InputRejected(
            _("The name has {length} characters; {most} is the most. Choose a shorter one.").format(
                length=len(name), most=NAME_MAX
            )
        )
    scripts = set()
    for at, char in enumerate(name):
        category = unicodedata.category(char)
        if char.isascii() and char.isalnum():
            if char.isalpha():
                scripts.add("LATIN")
            continue
        if char in _NAME_EXTRAS and 0 < at < len(name) - 1:
            continue
        if char in _NAME_EXTRAS:
            raise InputRejected(
                _("A name begins and ends with a letter or digit, not with {char!r}. Leave it out.").format(char=char)
            )
        script = _script(char)
        if category[0] == "M" and at and script in scripts and script not in {"LATIN", "GREEK", "CYRILLIC"}:
            continue
        if (
            category not in {"Ll", "Lo"}
            or _pattern(_SUSPECT).match(char)
            or (script == "LATIN" and 0x24F < ord(char) < 0x1E00)
        ):
            raise InputRejected(
                _("A name may not hold {char}. Use letters and digits, with - _ or . between them.").format(
                    char=_shown(char)
                )
            )
        scripts.add(script)
    if len(scripts) > 1:
        raise InputRejected(
            _("A name keeps to one alphabet, so that nobody can pass for somebody else. Write it in one script.")
        )
    return name


def _script(char: str) -> str:
    """The script of a letter, by the first word of its Unicode name; the East Asian ones go together."""
    word = unicodedata.name(char, "UNKNOWN").split(" ", 1)[0]
    return "CJK" if word in _EAST_ASIAN else word


def _shown(char: str) -> str:
    if char.isspace():
        return _("a space")
    return f"'{char}'" if char.isprintable() and not unicodedata.category(char).startswith("M") else clean(char)


# --- limits ------------------------------------------------------------------------------------------------------


def check_title(title: str) -> str:
    """The cleaned title of a thread.

    Raises ``InputRejected`` when it is shorter than ``TITLE_MIN`` or longer than ``TITLE_MAX`` characters.
    """
    title = clean(title, one_line=True)
    if not title:
        raise InputRejected(
            _("The title is missing. Say in {least} to {most} characters what it is about.").format(
                least=TITLE_MIN, most=TITLE_MAX
            )
        )
    if len(title) < TITLE_MIN:
        raise InputRejected(
            _("The title has {length} characters; at least {least} make it findable. Add a word.").format(
                length=len(title), least=TITLE_MIN
            )
        )
    if len(title) > TITLE_MAX:
        raise InputRejected(
            _("The title has {length} characters; {most} is the most. Shorten it.").format(
                length=len(title), most=TITLE_MAX
            )
        )
    return title


def check_question(question: str) -> str:
    """The cleaned question of a case.

    Raises ``InputRejected`` when it is empty or longer than ``QUESTION_MAX`` characters.
    """
    question = clean(question, one_line=True)
    if not question:
        raise InputRejected(_("The question is missing. Ask in one line what you want to know."))
    if len(question) > QUESTION_MAX:
        raise InputRejected(
            _("The question has {length} characters; {most} is the most. Shorten it.").format(
                length=len(question), most=QUESTION_MAX
            )
        )
    return question


def check_line(line: str, what: str, *, longest: int = LINE_MAX) -> str:
    """The cleaned single line ``what`` (as the sentence calls it: "description").

    Raises ``InputRejected`` when it is longer than ``longest`` characters.
    """
    line = clean(line, one_line=True)
    if len(line) > longest:
        raise InputRejected(
            _("The {what} has {length} characters; {most} is the most. Shorten it.").format(
                what=_(what), length=len(line), most=longest
            )
        )
    return line


def check_body(body: str, *, required: bool = True) -> str:
    """The cleaned text of a post, without blank lines at its end.

    Raises ``InputRejected`` when it is longer than ``BODY_MAX_BYTES`` in UTF-8, or ``required`` and blank.
    """
    body = clean(body).rstrip()
    if required and not body:
        raise InputRejected(_("The post is empty. Write something, or leave without posting."))
    size_bytes = len(body.encode())
    if size_bytes > BODY_MAX_BYTES:
        raise InputRejected(
            _("The post takes {size} KiB; {most} KiB is the most. Split it.").format(
                size=round(size_bytes / 1024), most=BODY_MAX_BYTES // 1024
            )
        )
    return body


# --- width -------------------------------------------------------------------------------------------------------

_Cluster = tuple[str, int]
"""What must not be split, and its columns."""

_SPACES_AND_WORDS: Final = r" +|[^ ]+"
_LIST_HEAD: Final = r" *(?:(?:[-*+•·▸>]|\d{1,3}[.)]|[A-Za-z][.)]) +)?"
_LINE_BREAKS: Final = str.maketrans("\n\t\r", "   ")


def display_width(text: str) -> int:
    """Columns ``text`` takes on a terminal, by the same table that paints it."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _clusters(text: str) -> list[_Cluster]:
    """``text`` cut into what a reader takes for one character, each with its columns."""
    if text.isascii():
        return [(char, 1) for char in text]
    from rich.cells import split_graphemes

    clusters: list[_Cluster] = []
    half_flag = False
    for start, end, width in split_graphemes(text)[0]:
        part = text[start:end]
        flag = "\U0001f1e6" <= part[0] <= "\U0001f1ff"
        if flag and half_flag:
            clusters[-1] = (clusters[-1][0] + part, clusters[-1][1] + width)
            half_flag = False
            continue
        half_flag = flag and len(part) == 1
        clusters.append((part, width))
    return clusters


def _fitting(text: str, width: int) -> str:
    """The longest beginning of ``text`` that takes at most ``width`` columns."""
    if text.isascii():
        return text[: max(width, 0)]
    taken = 0
    room = width
    for part, columns in _clusters(text):
        room -= columns
        if room < 0:
            break
        taken += len(part)
    return text[:taken]


def cut(text: str, width: int, *, ellipsis: str = "…") -> str:
    """``text`` on one line of at most ``width`` columns, with ``ellipsis`` where something is missing.

    The cut falls between two words when that costs at most a third of the width.
    """
    text = text.translate(_LINE_BREAKS)
    if display_width(text) <= width:
        return text
    tail = _fitting(ellipsis, width)
    room = width - display_width(tail)
    head = _fitting(text, room)
    if not text[len(head) :].startswith(" "):
        word_end = head.rfind(" ")
        if word_end > 0 and display_width(head[:word_end]) * 3 >= room * 2:
            head = head[:word_end]
    return head.rstrip(" ") + tail


def pad(text: str, width: int) -> str:
    """``text`` on one line of exactly ``width`` columns: filled with spaces, or cut."""
    text = cut(text, width)
    return text + " " * (width - display_width(text))


def wrap(text: str, width: int) -> list[str]:
    """The lines of ``text``, none wider than ``width`` columns (2 at least).

    Lines break at spaces, which are the only characters that may go missing; a word that is wider than the
    width breaks between two characters. Later lines of a list item or an indented line stand under its first
    word. Tabs count as up to four spaces.
    """
    width = max(width, 2)
    lines: list[str] = []
    for line in text.split("\n"):
        if "\t" in line:
            line = line.expandtabs(4)
        if display_width(line) <= width:
            lines.append(line)
        else:
            _wrap_line(line, width, lines)
    return lines


def _wrap_line(line: str, width: int, lines: list[str]) -> None:
    """Append the parts of one over-long ``line`` to ``lines``."""
    head = _pattern(_LIST_HEAD).match(line)
    begin = head.group() if head else ""
    indent = display_width(begin)
    if indent * 2 > width or width < 8:
        # Too deep to hang under: an indented line keeps half the width, a list item none.
        indent = width // 2 if begin.isspace() and width >= 8 else 0
        begin = " " * indent
        line = line.lstrip(" ")
    else:
        line = line[len(begin) :]
    hang = " " * indent
    now, used, gap = begin, indent, ""
    fresh = True
    for word in _pattern(_SPACES_AND_WORDS).findall(line):
        if word[0] == " ":
            gap = word
            continue
        columns = display_width(word)
        if used + len(gap) + columns <= width:
            now += gap + word
            used += len(gap) + columns
        else:
            if not fresh:
                lines.append(now)
                now, used = hang, indent
            for part, columns in _broken(word, width - indent):
                if not fresh and used > indent:
                    lines.append(now)
                    now, used = hang, indent
                now += part
                used += columns
                fresh = False
        gap = ""
        fresh = False
    lines.append(now)


def _broken(word: str, width: int) -> list[_Cluster]:
    """``word`` in pieces of at most ``width`` columns, each with its columns."""
    columns = display_width(word)
    if columns <= width:
        return [(word, columns)]
    pieces: list[_Cluster] = []
    now, used = "", 0
    for part, columns in _clusters(word):
        if now and used + columns > width:
            pieces.append((now, used))
            now, used = "", 0
        now += part
        used += columns
    pieces.append((now, used))
    return pieces
