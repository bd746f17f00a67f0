"""``wardroom brief --one-line``: counts for a prompt, a status bar or a message of the day, with little to load."""

import os
import sys

from wardroom import config as settings
from wardroom.cli.start import Options, complain
from wardroom.domain.views import Sums, counted
from wardroom.errors import WardroomError
from wardroom.language import _, several
from wardroom.terminal import signs


def in_words(sums: Sums) -> str:
    """The counts that are not zero, most urgent first; never a word of any post. Empty where there is nothing."""
    parts = (
        (sums.now, several("{count} needs an answer now", "{count} need an answer now", sums.now)),
        (sums.unread, several("{count} unread", "{count} unread", sums.unread)),
        (sums.answers, several("{count} answered you", "{count} answered you", sums.answers)),
        (sums.named, several("{count} named you", "{count} named you", sums.named)),
        (sums.followed, several("{count} in cases you follow", "{count} in cases you follow", sums.followed)),
        (
            sums.subscribed,
            several("{count} on boards you subscribe to", "{count} on boards you subscribe to", sums.subscribed),
        ),
        (sums.due, several("{count} outcome due from you", "{count} outcomes due from you", sums.due)),
        (sums.drafts, several("{count} draft", "{count} drafts", sums.drafts)),
    )
    return " · ".join(words.format(count=counted(count)) for count, words in parts if count)


def run(options: Options) -> int:
    """Print the line of whoever's Unix account asks, or nothing where there is nothing; the exit status."""
    from wardroom.wiring import open_forum

    config, warnings = settings.load({"forum_file": options.forum}, env=os.environ)
    for warning in warnings:
        complain(warning)
    try:
        forum = open_forum(config)
        try:
            me = forum.members.linked(os.getuid())
            if me is None:
                return complain(_("This Unix account is linked to no member here. Say who you are with --as HANDLE."))
            words = in_words(forum.inbox.sums(me))
        finally:
            forum.close()
    except WardroomError as error:
        return complain(error)
    if words and sys.stdout is not None:
        line = f"{words}\n".encode(sys.stdout.encoding or "utf-8", signs.ERRORS)
        os.write(sys.stdout.fileno(), line)
    return 0
