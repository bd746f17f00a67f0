"""Every key of the TUI, once: its action, its words, and the group the help screen shows it in.

Screens write ``BINDINGS = keymap.bindings("case")``; the footer, ``?`` and ``docs/keys.md`` read the same table.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from textual.binding import Binding
from textual.keys import _character_to_key

from wardroom.language import _


class Key(Struct, frozen=True):
    """One action: where it lives, the keys that start it, and how it is spoken of."""

    id: str
    keys: str
    """Textual key names, comma separated; the first is shown."""
    action: str
    label: str
    """One or two words for the footer; empty: never in the footer."""
    help: str
    group: str
    shown: str = ""
    """The key as people read it, where Textual's name for it is not."""
    is_priority: bool = False
    short: str = ""
    """The help in at most 21 columns, for the table of all keys; ``"`` for the other half of the key before."""


KEYS: tuple[Key, ...] = (
    Key("move.down", "j,down", "move(1)", "", "down a line", "move", "j", short="a line"),
    Key("move.up", "k,up", "move(-1)", "", "up a line", "move", "k", short='"'),
    Key("move.page_down", "pagedown,ctrl+f,ctrl+d", "page(1)", "", "a page down", "move", "PgDn", short="a page"),
    Key("move.page_up", "pageup,ctrl+b", "page(-1)", "", "a page up", "move", "PgUp", short='"'),
    Key("move.first", "home,less_than_sign", "edge(-1)", "", "to the beginning", "move", "Home", short="to the ends"),
    Key("move.last", "end,greater_than_sign,G", "edge(1)", "", "to the end", "move", "End", short='"'),
    Key("list.open", "enter,right,l", "open", "open it", "open what the cursor is on", "move", "⏎", short="open it"),
    Key("read.on", "space", "read_on", "read on", "next page, then next unread post, case, board", "read", short="on to what is unread"),
    Key("read.next", "right_square_bracket", "next_unread(1)", "next unread", "next unread post", "read", "]", short="next, previous new"),
    Key("read.previous", "left_square_bracket", "next_unread(-1)", "", "previous unread post", "read", "[", short='"'),
    Key("write.case", "n", "new_case", "new case", "post a case", "write", short="new case"),
    Key("write.reply", "r", "reply", "reply", "answer the post under the cursor", "write", short="reply"),
    Key("write.quote", "Q", "quote", "", "answer, quoting the post under the cursor", "write", short="reply, quoting"),
    Key("write.amend", "a", "amend", "amend", "write a new version of your post", "write", short="amend your post"),
    Key("write.withdraw", "W", "withdraw", "", "take your post back; its words are no longer shown", "write", short="withdraw your post"),
    Key("write.undo", "u", "undo", "", "take back what you posted within the last minute", "write", short="undo, for a minute"),
    Key("case.history", "h", "history", "history", "earlier versions of the post", "case", short="earlier versions"),
    Key("case.useful", "plus_sign", "useful", "useful", "mark the post as useful, or take the mark off", "case", "+", short="useful, or not"),
    Key("case.outcome", "e", "outcome", "outcome", "tell what became of your case", "case", short="outcome of your case"),
    Key("case.vitals", "v", "vitals", "vitals", "later vital signs of your case", "case", short="later vital signs"),
    Key("case.answered", "A", "answered", "answered", "mark your case as answered, or open again", "case", short="answered, or open"),
    Key("case.bookmark", "m", "bookmark", "", "keep the post in your bookmarks, or no longer", "case", short="bookmark, or not"),
    Key("case.follow", "f", "follow", "follow", "follow the case: new replies reach your brief; on a board: subscribe", "case",
        short="follow case or board"),
    Key("board.mute", "z", "mute", "", "mute the board: nothing of it reaches your brief", "list", short="mute the board"),
    Key("board.sort", "s", "sort", "sort", "newest first, unread first, unanswered first", "list", short="another order"),
    Key("list.discard", "x,delete", "discard", "discard", "throw a draft away, take a bookmark off, remove a saved search", "list", short="throw away, take off"),
    Key("search.list", "tab", "into_list", "list", "from the search line into what was found, and back", "list", "Tab", short="search line, or list"),
    Key("search.save", "ctrl+s", "save", "save", "keep the search under a number key", "list", "^S", is_priority=True, short="keep the search"),
    Key("search.name", "ctrl+y", "take_name", "", "take the name that is offered behind author:", "list", "^Y",
        is_priority=True, short="take offered name"),
    Key("saved.rename", "a", "rename", "rename", "another name for the saved search", "list", short="rename the search"),
    Key("go.saved", "1,2,3,4,5,6,7,8,9", "saved({key})", "", "a saved search", "go", "1-9", short="saved search"),
    Key("go.searches", "V", "searches", "", "the list of saved searches", "go", short='"'),
    Key("go.bookmarks", "M", "gathered('bookmarks')", "", "your bookmarks", "go", short="bookmarks"),
    Key("case.author", "at", "author", "", "the card of whoever wrote the post", "case", "@", short="card of the author"),
    Key("card.change", "a", "change", "change", "change your card", "list", short="change your card"),
    Key("case.act", "X", "act", "act", "flag the post, appeal, or moderate it", "case", short="flag, moderate"),
    Key("go.moderation", "O", "moderation", "", "what waits for moderators, and what was done", "go", short="moderation"),
    Key("go.card", "P", "card", "", "your own card", "go", short="your own card"),
    Key("go.boards", "g", "boards", "boards", "all boards", "go", short="boards"),
    Key("go.brief", "b", "brief", "", "the brief: what happened since you were last here", "go", short="brief"),
    Key("go.search", "slash", "search", "search", "find posts", "go", "/", short="search"),
    Key("go.drafts", "D", "drafts", "", "what you have half written", "go", short="drafts"),
    Key("go.peers", "S", "peers", "", "the peers, and the exchange with them", "go", short="peers, sync"),
    Key("peers.one", "enter", "sync_one", "sync it", "meet the peer under the cursor now", "list", "⏎", short="meet the peer now"),
    Key("peers.all", "s", "sync_all", "sync all", "meet all peers now", "list", short="meet all peers"),
    Key("go.command", "colon", "command", "", "a command by name", "go", ":", short="command by name"),
    Key("go.back", "q", "back", "back", "back; from the brief: leave", "go", short="back"),
    Key("go.close", "escape,left", "close", "", "back, but never out of Wardroom", "go", "Esc", short='"'),
    Key("app.help", "question_mark,f1", "help", "help", "all keys", "app", "?", short="this table"),
    Key("app.lock", "ctrl+l", "lock", "", "lock the screen", "app", "^L", is_priority=True, short="lock"),
    Key("app.redraw", "ctrl+r", "redraw", "", "draw the screen again", "app", "^R", is_priority=True, short="draw again"),
    Key("app.quit", "ctrl+c", "leave", "", "leave Wardroom", "app", "^C", is_priority=True, short="leave"),
    Key("compose.post", "ctrl+s", "post", "post", "post it", "compose", "^S", is_priority=True, short="post"),
    Key("compose.fix", "tab", "fix_or_next", "next, fix", "next field; in the text: take the proposed rewrites", "compose",
        "Tab", is_priority=True, short="take rewrites, next"),
    Key("compose.previous", "shift+tab", "previous_field", "", "previous field", "compose", "⇧Tab", is_priority=True, short="previous field"),
    Key("compose.record", "ctrl+e", "record", "record", "open or close the clinical record", "compose", "^E",
        is_priority=True, short="clinical record"),
    Key("compose.template", "ctrl+t", "template", "template", "begin with a template", "compose", "^T", is_priority=True, short="templates"),
    Key("compose.board", "ctrl+b", "board", "", "put the case on another board", "compose", "^B", is_priority=True, short="board it goes to"),
    Key("compose.earlier", "ctrl+g", "earlier", "", "earlier cases like this one", "compose", "^G",
        is_priority=True, short="cases like it"),
    Key("compose.name", "ctrl+y", "take_name", "", "take the name that is offered behind @", "compose", "^Y",
        is_priority=True, short="take offered name"),
    Key("compose.rewrite_all", "ctrl+n", "rewrite_all", "", "take every proposed rewrite, also of what is only asked about", "compose", "^N",
        is_priority=True, short="take every rewrite"),
    Key("compose.override", "ctrl+o", "override", "", "keep a marked text, with a reason", "compose", "^O",
        is_priority=True, short="keep a marked text"),
    Key("compose.unsigned", "ctrl+p", "unsigned", "", "ask without your name, or with it", "compose", "^P", is_priority=True, short="ask unsigned"),
    Key("compose.keep", "escape", "keep", "keep as draft", "leave; the draft is kept", "compose", "Esc", is_priority=True, short="leave, draft is kept"),
    Key("compose.discard", "ctrl+d", "discard", "discard", "throw the draft away", "compose", "^D", is_priority=True, short="throw it away"),
    Key("answer.done", "ctrl+s", "done", "", "finish what is being asked for", "dialog", "^S", is_priority=True, short="done"),
    Key("answer.leave", "escape", "leave", "leave it", "leave without an answer", "dialog", "Esc", is_priority=True, short="leave it"),
    Key("login.enter", "enter", "log_in", "log in", "log in with what stands in the two fields", "login", "⏎"),
    Key("history.leave", "q,escape,left,h", "leave", "back", "back to the case", "dialog", "q", short='"'),
)  # fmt: skip

GROUPS = ("move", "read", "write", "case", "list", "compose", "dialog", "go", "app")
COMMANDED = frozenset({"move", "read", "write", "case", "list", "go", "app"})
"""Groups whose actions a command line may name."""

SCREENS: dict[str, tuple[str, ...]] = {
    "app": ("app.", "go.", "write.undo"),
    "rows": ("move.",),
    "reading": (
        "move.", "list.open", "read.", "write.case", "write.undo", "go.",
    ),
    "brief": ("reading",),
    "boards": ("reading", "case.follow", "board.mute"),
    "board": ("reading", "board.", "case.follow", "case.bookmark"),
    "card": ("reading", "card."),
    "moderation": ("move.", "list.open", "case.act", "go."),
    "gathered": ("reading", "list.discard"),
    "saved": ("move.", "list.", "go.", "saved."),
    "search": ("reading", "search."),
    "case": ("move.", "read.", "write.case", "write.reply", "write.quote", "write.amend", "write.withdraw", "case."),
    "drafts": ("move.", "list.", "go."),
    "peers": ("move.", "peers.", "go."),
    "help": ("go.back", "move."),
    "login": ("login.",),
    "compose": ("compose.",),
    "answer": ("answer.",),
    "history": ("history.", "move."),
}  # fmt: skip


TYPED = frozenset({"answer", "compose", "history", "login"})
"""Where letters are letters, or one question is asked: keys that lead elsewhere do not work there."""


def keys_of(screen: str) -> tuple[Key, ...]:
    """The keys that live on a screen, each once, in table order."""

    def patterns(name: str) -> Iterable[str]:
        for pattern in SCREENS[name]:
            if pattern in SCREENS:
                yield from patterns(pattern)
            else:
                yield pattern

    wanted = tuple(patterns(screen))
    return tuple(key for key in KEYS if any(key.id == p or (p.endswith(".") and key.id.startswith(p)) for p in wanted))


def bindings(screen: str) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """Textual bindings for a screen; their ids are what ``App.set_keymap`` remaps."""
    return [
        Binding(keys, action, key.label or key.help, id=bound_id, show=False, priority=key.is_priority)
        for key in keys_of(screen)
        for keys, action, bound_id in _bound(key)
    ]


def _bound(key: Key) -> Iterable[tuple[str, str, str]]:
    """(keys, action, id) of a key's bindings: one for all its keys, or one each where the action is told the key."""
    if "{key}" not in key.action:
        return ((key.keys, key.action, key.id),)
    return tuple((each, key.action.format(key=each), f"{key.id}.{each}") for each in key.keys.split(","))


def footer(screen: str, ids: Iterable[str], remapped: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """(key, label) pairs for a footer line, in the order asked for; ``move`` stands for both ways of moving."""
    known = {key.id: key for key in keys_of(screen) + keys_of("app")}

    def pair(name: str) -> tuple[str, str]:
        if name == "move":
            both = (shown_key(known[i], remapped) for i in ("move.down", "move.up"))
            return "/".join(both), _("move")
        return shown_key(known[name], remapped), _(known[name].label or known[name].help)

    return tuple(pair(name) for name in ids)


def command(name: str) -> Key | None:
    """The key whose action is called so behind ``:``: ``new-case``, ``sort``; a clear beginning is enough."""
    known = [key for key in KEYS if key.group in COMMANDED and "{key}" not in key.action]
    names = {key.action.split("(")[0].replace("_", "-"): key for key in known}
    names |= {key.id.rpartition(".")[2].replace("_", "-"): key for key in known}
    name = name.replace("_", "-").lower()
    if name in names:
        return names[name]
    begun = {names[each].id: names[each] for each in names if each.startswith(name)}
    return next(iter(begun.values())) if name and len(begun) == 1 else None


def by_id(wishes: Mapping[str, str]) -> dict[str, str]:
    """Keys people wished for, by binding id; they may name an action by the last word of it alone."""
    ends = {key.id.rpartition(".")[2]: key.id for key in KEYS}
    ids = {bound_id for key in KEYS for _, _, bound_id in _bound(key)}
    return {found: keys for name, keys in wishes.items() if (found := name if name in ids else ends.get(name))}


def checked(wishes: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The wished keys that can be used, by binding id, and a sentence for each that cannot: its usual key stays.

    A key may stand for one action only wherever it works.
    """
    usable = by_id(wishes)
    unknown = [name for name in wishes if not by_id({name: "x"})]
    faults = [_("[keys] {name} is no action; docs/keys.md names them.").format(name=name) for name in unknown]
    while clash := _first_clash(usable, [_live(name) for name in SCREENS]):
        wished, other, pressed = clash
        sentence = _("[keys] {wished}: {pressed} is {other} already, so {wished} keeps its usual key.")
        faults.append(sentence.format(wished=wished, pressed=pressed, other=other))
        del usable[wished]
    return usable, tuple(faults)


def _live(screen: str) -> dict[str, frozenset[str]]:
    """The keys of each action that works on a screen; where one types, or answers a question, one goes nowhere else."""
    always = [key for key in keys_of("app") if screen not in TYPED or key.id.startswith("app.")]
    return {
        bound_id: frozenset(keys.split(",")) for key in (*always, *keys_of(screen)) for keys, _, bound_id in _bound(key)
    }


def _first_clash(
    usable: Mapping[str, str], screens: Iterable[Mapping[str, frozenset[str]]]
) -> tuple[str, str, str] | None:
    """(wished action, action that has the key, the key) of the first wish that takes another action's key."""
    wished = {name: frozenset(map(_key_name, keys.split(","))) for name, keys in usable.items()}
    for screen in screens:
        here = {name: wished.get(name, keys) for name, keys in screen.items()}
        for name in reversed(wished):
            for other, keys in here.items():
                both = here.get(name, frozenset()) & keys
                if other != name and both and not screen[name] & screen[other]:
                    return name, other, min(both)
    return None


def _key_name(key: str) -> str:
    """A key as Textual names it: people may write ``?`` for ``question_mark``."""
    key = key.strip()
    return _character_to_key(key) if len(key) == 1 else key


def spelled_out(wishes: Mapping[str, str]) -> dict[str, str]:
    """Keys as a terminal without their signs shows them; ``wishes`` go first."""
    words = {"⏎": "Enter", "⇧Tab": "S-Tab"}
    return {key.id: words[key.shown] for key in KEYS if key.shown in words} | dict(wishes)


def shown_key(key: Key, remapped: Mapping[str, str] | None = None) -> str:
    """The key as people read it."""
    if remapped and key.id in remapped:
        return remapped[key.id].split(",")[0]
    name = key.shown or key.keys.split(",")[0]
    return _("space") if name == "space" else name
