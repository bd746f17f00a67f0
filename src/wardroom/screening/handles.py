"""Accounts on social media and messengers, by which a patient could be found; members' own handles pass."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening.cues import Cue
from wardroom.screening.findings import WARN, Candidate
from wardroom.screening.places import holds_any, lowered

_SOCIAL: Final = Cue(
    r"(?<!\w)(?:instagram|insta|ig|facebook|fb|messenger|tik\s?tok|snap(?:chat)?|twitter|telegram|linked\s?in|whats\s?app|"
    r"we\s?chat|line\sid|skype|discord|youtube|onlyfans|mastodon|bluesky|reddit|threads|vk|viber|snap|grindr|tinder)(?!\w)(?:/x)?"
    r"(?:\s(?:handle|account|profile|user(?:name)?|name|id|page|as|is|under|at))?[\s:=(]{1,3}(?P<value>@[\w.]{2,30}|live:[\w.]{3,40}|u/[\w-]{3,20}|"
    r"(?=[\w.]{0,29}[\d_.])[A-Za-z][\w.]{3,29})",
)
_ON_NETWORK = re.compile(
    r"(?<![\w@.])(?P<value>@[\w.]{2,30})(?= (?:on|at|via|in) (?:his |her |their )?(?:instagram|insta|ig|facebook|fb|tik\s?tok|snap(?:chat)?|twitter|x|telegram|"
    r"youtube|bluesky|reddit|mastodon|threads)(?!\w)| ?\((?:insta|ig|fb|tik\s?tok|snap|twitter|x)\w*\))"
)
"""A handle before the name of its network."""
_LOGGED: Final = Cue(
    r"(?<!\w)(?:logged\sin\sas|log(?:s|ged)?\son\sas|user\s?name|screen\s?name|gamer\s?tag|user\sid|nick\s?name|posts?\sas|posting\sas|goes\sby)"
    r"(?:\sis)?[\s:=(\"]{1,3}(?P<value>(?=[\w.]{0,29}[\d_])[A-Za-z][\w.]{3,29})(?!\w)",
)
_OF_PATIENT: Final = Cue(
    r"(?<!\w)(?:patient|pt|he|she|they|wife|husband|mother|father|son|daughter|family|contact|dm|message)(?:'s)?"
    r"(?:\s(?:is|on|handle|account|username|user\sname)){1,3}[\s:=(]{1,3}(?P<value>@[\w.]{2,30})(?![\w@])",
)


_WORDS: Final = (
    "insta", "ig", "facebook", "fb", "messenger", "tik", "snap", "twitter", "telegram", "linked", "whats", "chat", "line",
    "skype", "discord", "youtube", "onlyfans", "mastodon", "bluesky", "reddit",
)  # fmt: skip


def find(text: str) -> Iterator[Candidate]:
    """Handles after the name of a network, or said to be the patient's."""
    low = lowered(text)
    for pattern, may_be in (
        (_SOCIAL, holds_any(low, _WORDS)),
        (_OF_PATIENT, "@" in low),
        (_ON_NETWORK, "@" in low),
        (_LOGGED, holds_any(low, ("_", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))),
    ):
        for match in pattern.finditer(low) if may_be else ():
            start, end = match.span("value")
            while text[end - 1] == ".":
                end -= 1
            yield Candidate(start, end, "id", WARN, "[account]")
