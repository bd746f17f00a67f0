"""How the forum's answers look on paper: lists of threads, a whole thread, versions, hits, the brief."""

from collections.abc import Iterable, Sequence
from typing import Final

from wardroom.cli.one_line import in_words
from wardroom.cli.paper import Column, Line, Paper, Run, Voice
from wardroom.domain.case import AVPU, differential_words
from wardroom.domain.complaints import shown_code
from wardroom.domain.events import Record, VitalSet
from wardroom.domain.onset import onset_words
from wardroom.domain.scores import score_words, shock_index
from wardroom.domain.text import clean, cut, display_width, pad, wrap
from wardroom.domain.views import BoardLine, BriefView, CaseView, PostView, SearchHit, Sums, ThreadLine, VersionView
from wardroom.language import _, decimal, marked
from wardroom.terminal import signs
from wardroom.tui.widgets.ages import age, day, ends, moment, since

THREADS: Final = (
    Column(), Column(marked("id")), Column(marked("age"), is_right=True), Column(marked("board"), from_width=60), Column(marked("title"), grows=True),
    Column(marked("acuity"), from_width=60), Column("", is_right=True, from_width=50), Column("", from_width=100),
)  # fmt: skip
HITS: Final = (
    Column(marked("id")), Column(marked("age"), is_right=True), Column(marked("board"), from_width=60), Column(marked("title"), grows=True),
    Column(marked("author"), from_width=76),
)  # fmt: skip
_TOMBSTONES: Final = {
    "withdrawn": (signs.WITHDRAWN, marked("withdrawn by its author")),
    "purged": (signs.PURGED, marked("purged: the words are erased here")),
    "hidden": (signs.FLAGGED, marked("hidden by a moderator")),
    "awaited": ("…", marked("on its way: the words have not reached this site yet")),
    "unscreened": ("…", marked("not shown yet: the words wait for the screening for identifiers")),
}
SHOWN: Final = (
    marked("open"), marked("answered"), marked("outcome"), marked("closed"), marked("experience"), marked("evidence"),
    marked("protocol"), marked("question"),
)  # fmt: skip
"""States and flavours: kept in English, and shown in the language of who reads."""
_TEXT_MIN: Final = 30
"""Columns that the indentation of a reply leaves to its words."""
_DEPTH_MAX: Final = 8
_BOARD_MAX: Final = 9


# --- lists ----------------------------------------------------------------------------------------------------------


def put_list(paper: Paper, threads: Sequence[ThreadLine], now_ms: int) -> None:
    """Threads, a line each; in a pipe every line is a thread."""
    paper.table(THREADS, [("", [_thread_row(line, now_ms) for line in threads])], with_heads=paper.is_terminal)


def _thread_row(thread: ThreadLine, now_ms: int) -> Line:
    sign: Run = _sign(thread)
    title = thread.title or _("untitled")
    voice: Voice = "bold" if thread.unread else "plain"
    if thread.body_state != "here":
        title, voice = _(_TOMBSTONES[thread.body_state][1]), "dim"
    elif thread.is_locked or thread.state == "closed":
        title += " " + (_("(closed)") if thread.state == "closed" else _("(locked)"))
    is_waiting = not thread.is_answered and thread.state == "open" and thread.kind in ("case", "question")
    return (
        sign, (thread.id, "dim"), (age(thread.original_ms or thread.activity_ms, now_ms), "dim"),
        (cut(thread.board_name, _BOARD_MAX), "dim"), (title, voice), (thread.acuity, "plain"),
        (f"{thread.replies} {signs.REPLIES}", "plain" if is_waiting else "dim"),
        (_("unanswered") if is_waiting else "", "plain"),
    )  # fmt: skip


def _sign(thread: ThreadLine) -> Run:
    """The one sign that matters most of a thread."""
    if thread.body_state in ("purged", "withdrawn"):
        return (signs.PURGED if thread.body_state == "purged" else signs.WITHDRAWN), "dim"
    if thread.urgency == "now" and thread.state == "open":
        return signs.NOW, "alarm"
    if thread.unread:
        return signs.UNREAD, "bold"
    if thread.kind == "notice":
        return signs.NOTICE, "dim"
    return {"outcome": signs.OUTCOME, "answered": signs.ANSWERED}.get(thread.state, signs.READ), "dim"


def put_boards(paper: Paper, boards: Sequence[BoardLine], now_ms: int) -> None:
    """Boards, a line each."""
    columns = (
        Column(marked("board")), Column(marked("new"), is_right=True), Column(marked("threads"), is_right=True, from_width=50),
        Column(marked("active"), is_right=True, from_width=60), Column(marked("title"), grows=True), Column(marked("seen by"), from_width=76),
    )  # fmt: skip
    names = [line.name.casefold() for line in boards]
    rows: list[Line] = [
        (
            (line.name if names.count(line.name.casefold()) == 1 else f"{line.name}@{line.circle}", "bold"),
            (str(line.unread) if line.unread else "-", "plain" if line.unread else "dim"),
            (str(line.threads), "dim"),
            (age(line.activity_ms, now_ms) if line.activity_ms is not None else "-", "dim"),
            (line.title, "plain"), (cut(line.audience, 36), "dim"),
        )
        for line in boards
    ]  # fmt: skip
    paper.table(columns, [("", rows)], with_heads=True)


def put_hits(paper: Paper, hits: Sequence[SearchHit], now_ms: int) -> None:
    """Hits: a line about the post, and one of its words with what was looked for marked."""
    rows: list[Line] = [
        (
            (hit.id, "dim"), (age(hit.created_ms, now_ms), "dim"), (cut(hit.board_name, _BOARD_MAX), "dim"),
            (hit.title or "untitled", "bold" if hit.unread else "plain"), (cut(hit.author, 24), "dim"),
        )
        for hit in hits
    ]  # fmt: skip
    for hit, line in zip(hits, paper.laid_out(HITS, rows), strict=True):
        paper.say(*line)
        paper.say("    ", *_marked(hit, paper.width - 4))


def _marked(hit: SearchHit, width: int) -> list[Run]:
    """The snippet on at most ``width`` columns, around its first hit."""
    text, spans = hit.snippet, hit.spans
    before = "…" if spans and display_width(text[: spans[0][1]]) >= width else ""
    start = max(0, spans[0][0] - width // 3) if before else 0
    shown = before + cut(text[start:], width - len(before))
    runs: list[Run] = []
    done = 0
    for first, last in spans:
        first, last = (min(max(place - start + len(before), 0), len(shown)) for place in (first, last))
        runs += [(shown[done:first], "plain"), (shown[first:last], "bold")]
        done = max(done, last)
    return [*runs, (shown[done:], "plain")]


# --- one thread -----------------------------------------------------------------------------------------------------


def put_case(paper: Paper, case: CaseView, now_ms: int) -> None:
    """A whole thread: the head, question first, then the replies, each at its depth."""
    line, head = case.line, case.head
    title = line.title or (_("untitled") if head.body_state == "here" else "")
    for part in wrap(title, paper.measure) if title else ():
        paper.say((part, "bold"))
    about = [(head.id, "dim"), *_author(head, now_ms), (line.board_name, "dim")]
    if line.urgency == "now" and line.state == "open":
        about.append((f"{signs.NOW} " + _("needs an answer now"), "alarm"))
    about += [(line.acuity, "plain"), (_(line.state), "dim"), (_("pinned") if line.is_pinned else "", "dim")]
    about += [(_("locked") if line.is_locked else "", "dim"), *_marks(head, now_ms)]
    if line.until_ms is not None:
        about.append((ends(line.until_ms, now_ms), "dim"))
    _flow(paper, about)
    paper.say((_("Seen by {audience}").format(audience=case.audience), "dim"))
    _conflict(paper, head, "")
    if case.question:
        paper.say()
        _labelled(paper, _("Question"), case.question)
    if case.record is not None and case.record != Record():
        paper.say()
        _put_record(paper, case.record)
    if head.text or head.body_state != "here":
        paper.say()
        _words(paper, head, "")
    if case.tags:
        paper.say()
        _flow(paper, [(f"#{tag}", "dim") for tag in case.tags], between="  ")
    if case.outcome:
        paper.say()
        _labelled(paper, f"{signs.OUTCOME} " + _("Outcome"), case.outcome)
    deepest = max(1, min(_DEPTH_MAX, (paper.measure - _TEXT_MIN) // 2))
    for post, depth in zip(case.posts, case.depths, strict=True):
        guides = f"{signs.BRANCH} " * (min(depth, deepest) - 1)
        paper.say((guides.rstrip(), "dim"))
        _put_reply(paper, post, guides, depth if depth > deepest else 0, now_ms)


def _put_reply(paper: Paper, post: PostView, guides: str, told_depth: int, now_ms: int) -> None:
    sign: Run = (f"{signs.UNREAD} ", "bold") if post.is_unread else (f"{signs.READ} ", "dim")
    about = [(post.id, "dim"), *_author(post, now_ms)]
    about += [
        (_("depth {depth}").format(depth=told_depth) if told_depth else "", "dim"),
        (_(post.flavour), "dim"),
        *_marks(post, now_ms),
    ]
    _flow(paper, about, first=((guides, "dim"), sign), later=((guides + "  ", "dim"),))
    _conflict(paper, post, guides + "  ")
    _words(paper, post, guides + "  ")


def _author(post: PostView, now_ms: int) -> list[Run]:
    voice: Voice = "bold" if post.is_unread else "plain"
    if post.original_name or post.original_ms is not None:
        told = [_("imported"), day(post.original_ms) if post.original_ms is not None else ""]
        told += [_("cut") if post.is_cut else ""]
        return [(post.original_name or _("unknown"), voice), (", ".join(part for part in told if part), "dim")]
    when = age(post.created_ms, now_ms) + (", " + _("clock wrong") if post.is_clock_wrong else "")
    return [(f"{post.author} {_(post.profession)}".rstrip(), voice), (when, "dim")]


def _marks(post: PostView, now_ms: int) -> list[Run]:
    """What became of a post: found useful, amended."""
    marks: list[Run] = []
    if post.useful:
        said = _("useful to {count}, you too") if post.is_useful_mine else _("useful to {count}")
        marks.append((said.format(count=post.useful), "dim"))
    if post.versions > 1 and post.body_state == "here":
        when = f" {age(post.amended_ms, now_ms)}" if post.amended_ms is not None else ""
        marks.append((f"{signs.DRAFT} " + _("amended") + when, "dim"))
    return marks


def _words(paper: Paper, post: PostView, indent: str) -> None:
    if post.body_state == "here":
        paper.prose(post.text, indent)
    else:
        sign, words = _TOMBSTONES[post.body_state]
        paper.prose(f"{sign} {_(words)}", indent, "dim")


def _conflict(paper: Paper, post: PostView, indent: str) -> None:
    if post.conflict:
        paper.prose(_("conflict of interest: {words}").format(words=post.conflict), indent, "dim")


def _labelled(paper: Paper, label: str, text: str) -> None:
    """A bold label with its text beside it, or above it where the paper is narrow."""
    hang = display_width(label) + 2
    if paper.measure - hang < _TEXT_MIN:
        paper.say((label, "bold"))
        paper.prose(text)
        return
    for number, part in enumerate(wrap(text, paper.measure - hang)):
        paper.say((label + "  " if not number else " " * hang, "bold"), part)


def _flow(
    paper: Paper, parts: Iterable[Run], *, between: str = " · ", first: Line = (), later: Line = ()
) -> None:  # fmt: skip
    """``parts`` side by side, on as many lines as they take; each line begins as ``first`` and ``later`` say."""
    line: list[Run] = [*first]
    used = beginning = _width(line)
    for text, voice in parts:
        text = clean(text, one_line=True)
        if not text:
            continue
        if used > beginning and used + len(between) + display_width(text) > paper.measure:
            paper.say(*line)
            line = [*later]
            used = beginning = _width(line)
        if used > beginning:
            line.append((between, "dim"))
            used += len(between)
        line.append((text, voice))
        used += display_width(text)
    paper.say(*line)


def _width(line: Iterable[Run]) -> int:
    return sum(display_width(text) for text, _voice in line)


def _put_record(paper: Paper, record: Record) -> None:
    """Who and where on a line, then a line for each set of vital signs."""
    who = " ".join(part for part in (record.age_band, record.sex) if part)
    urgency = {
        "shift": _("answer within the shift"), "week": _("answer within the week"), "learning": _("for learning"),
    }  # fmt: skip
    pregnant = {True: _("pregnant"), False: _("not pregnant"), None: ""}[record.pregnant]
    if record.gestation_weeks is not None:
        pregnant = _("pregnant, {weeks} weeks").format(weeks=record.gestation_weeks)
    code = shown_code(record.complaint_code, record.complaint)
    onset = _("onset {when}").format(when=onset_words(record.onset_t)) if record.onset_t is not None else ""
    parts = [
        who, clean(record.complaint, one_line=True), code, onset, pregnant, record.setting, urgency.get(record.urgency, ""),
    ]  # fmt: skip
    if any(parts):
        _flow(paper, [(part, "plain") for part in parts])
    sets = sorted(record.vitals, key=lambda vital: vital.t)
    cells = [_vital_cells(vital) for vital in sets]
    names = [name for name in _VITALS if any(name in row for row in cells)]
    columns = [max(len(row.get(name, "")) for row in cells) for name in names]
    for vital, row in zip(sets, cells, strict=True):
        start = f"T{vital.t:+d}".ljust(max(len(f"T{other.t:+d}") for other in sets))
        written = [
            (f"{name} {row[name].ljust(width)}" if name in row else " " * (len(name) + 1 + width))
            for name, width in zip(names, columns, strict=True)
        ]
        line = start
        for part in written:
            if display_width(line) + 2 + len(part.rstrip()) > paper.measure:
                paper.say(line)
                line = " " * len(start)
            line += f"  {part}"
        paper.say(line)
    if any(vital.reported for vital in sets):
        _flow(paper, [(_("* reported, not measured here"), "dim")])
    if scores := score_words(record):
        _flow(paper, [(words, "dim") for words in scores])
    notes = _notes(record)
    longest = max((display_width(label) for label, _words in notes), default=0)
    for label, words in notes:
        _labelled(paper, pad(label, longest), words)


def _notes(record: Record) -> list[tuple[str, str]]:
    """What else the record says, each with its label."""
    named = (
        (_("Exam"), record.exam), (_("Tests"), record.investigations), (_("Done"), record.management),
        (_("Lacking"), record.resources), (_("Differential"), differential_words(record.differential)),
    )  # fmt: skip
    return [(label, words) for label, text in named if (words := clean(text).strip())]


_VITALS: Final[dict[str, tuple[str, ...]]] = {
    "HR": ("hr",), "BP": ("sbp", "dbp"), "RR": ("rr",), "SpO2": ("spo2",), "T": ("temp_c",),
    "GCS": ("gcs", "gcs_e", "gcs_v", "gcs_m"), "ACVPU": ("avpu",), "Glu": ("glucose_mmol_l", "glucose_off_scale"),
    "Lac": ("lactate_mmol_l",), "K": ("potassium_mmol_l",), "Na": ("sodium_mmol_l",), "pH": ("ph",),
    "kg": ("weight_kg", "weight_band"), "pain": ("pain",), "SI": (),
}  # fmt: skip
"""Each label, and the fields it tells of."""


def _coma(vital: VitalSet) -> str:
    """``7 E2V2M3``."""
    parts = (("E", vital.gcs_e), ("V", vital.gcs_v), ("M", vital.gcs_m))
    said = "".join(f"{letter}{value}" for letter, value in parts if value is not None)
    untested = "".join(part.replace("-", "") for part in vital.gcs_untested)
    return " ".join(part for part in ("" if vital.gcs is None else str(vital.gcs), said, untested) if part)


def _vital_cells(vital: VitalSet) -> dict[str, str]:
    """What was measured, by its label."""
    index = shock_index(vital)
    pressure = None
    if vital.sbp is not None or vital.dbp is not None:
        pressure = "/".join("-" if part is None else str(part) for part in (vital.sbp, vital.dbp))
    air = {True: " O2", False: " " + _("air"), None: ""}[vital.on_oxygen]
    values = (
        vital.hr, pressure, vital.rr, None if vital.spo2 is None else f"{vital.spo2}{air}",
        None if vital.temp_c is None else decimal(vital.temp_c, 1), _coma(vital) or None,
        None if vital.gcs == 15 or vital.avpu not in AVPU else vital.avpu,
        vital.glucose_off_scale or (None if vital.glucose_mmol_l is None else decimal(vital.glucose_mmol_l, 1)),
        None if vital.lactate_mmol_l is None else decimal(vital.lactate_mmol_l, 1),
        None if vital.potassium_mmol_l is None else decimal(vital.potassium_mmol_l, 1),
        None if vital.sodium_mmol_l is None else f"{vital.sodium_mmol_l:g}",
        None if vital.ph is None else decimal(vital.ph, 2),
        vital.weight_band or (None if vital.weight_kg is None else f"{vital.weight_kg:g}"), vital.pain,
        None if index is None else decimal(index, 2),
    )  # fmt: skip
    return {
        name: f"{value}{'*' if set(fields) & set(vital.reported) else ''}"
        for (name, fields), value in zip(_VITALS.items(), values, strict=True)
        if value is not None
    }


def put_versions(paper: Paper, versions: Sequence[VersionView], now_ms: int) -> None:
    """Every version of a post, oldest first."""
    for number, version in enumerate(versions, 1):
        if number > 1:
            paper.say()
        about: list[Run] = [
            (_("version {number} of {count}").format(number=number, count=len(versions)), "bold"), (version.id, "dim"), (moment(version.created_ms), "dim"),
            (_ago(version.created_ms, now_ms), "dim"), (_("shown") if version.is_shown else "", "plain"),
        ]  # fmt: skip
        _flow(paper, about)
        if version.title:
            paper.prose(version.title, "  ", "bold")
        paper.prose(version.text.rstrip("\n"), "  ")


def _ago(at_ms: int, now_ms: int) -> str:
    words = age(at_ms, now_ms)
    return _("just now") if words in ("now", _("now")) else _("{time} ago").format(time=words)


# --- the brief ------------------------------------------------------------------------------------------------------


def put_brief(paper: Paper, brief: BriefView, now_ms: int) -> None:
    """What happened since the member was last here."""
    said = _("Your first visit")
    if brief.since_ms is not None:
        said = _("Since {time}").format(time=since(brief.since_ms, now_ms))
    paper.say((said, "dim"))
    sections = [
        (heading, lines)
        for heading, lines in (
            (f"{signs.NOW} " + _("Open and waiting"), brief.urgent), (_("New"), brief.unread),
            (_("Notices"), brief.notices),
        )
        if lines
    ]  # fmt: skip
    if sections:
        paper.say()
        rows = [(heading, [_thread_row(line, now_ms) for line in lines]) for heading, lines in sections]
        paper.table(THREADS, rows, with_heads=False)
    paper.say()
    _flow(paper, [(part, "plain") for part in _sums(brief)] or [(_("Nothing new."), "plain")])
    waiting: list[Run] = [(f"{board.name} {board.unread}", "plain") for board in brief.boards if board.unread]
    if waiting:
        label = _("New on") + "  "
        _flow(paper, waiting, first=((label, "dim"),), later=((" " * display_width(label), "dim"),))


def _sums(brief: BriefView) -> list[str]:
    now = sum(line.urgency == "now" for line in brief.urgent)
    sums = Sums(
        now, brief.unread_posts, brief.answers, brief.named, brief.followed, brief.subscribed, brief.outcomes_due,
        brief.drafts,
    )  # fmt: skip
    return [words for words in in_words(sums).split(" · ") if words]
