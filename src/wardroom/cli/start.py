"""Opening the TUI: the way of a session's first screen, which loads no more than that screen needs."""

import gc
import os
import sys

from msgspec import Struct

from wardroom import config as settings
from wardroom import language
from wardroom.errors import NotAForum, WardroomError
from wardroom.language import _
from wardroom.terminal import doorstep

_WITH_VALUE = {"--forum": "forum", "--as": "handle"}


class Options(Struct):
    """What may be said before a verb."""

    forum: str | None = None
    handle: str | None = None


def options_without_verb(arguments: list[str]) -> Options | None:
    """The options of a command line that names no verb; None where there is a verb, or something to be explained."""
    return options_before([], arguments)


def options_before(verb: list[str], arguments: list[str]) -> Options | None:
    """The options of a command line that says ``verb`` after them and nothing else; None for any other."""
    options = Options()
    left = list(arguments)
    while left != verb:
        if not left:
            return None
        name, has_value, value = left.pop(0).partition("=")
        if name not in _WITH_VALUE or (not has_value and not left):
            return None
        setattr(options, _WITH_VALUE[name], value if has_value else left.pop(0))
    return options


def options_of_kiosk(arguments: list[str]) -> Options | None:
    """The options of a command line whose only verb is ``kiosk``, before it or behind it; None for any other."""
    if arguments.count("kiosk") != 1:
        return None
    at = arguments.index("kiosk")
    return options_without_verb(arguments[:at] + arguments[at + 1 :])


def speak() -> None:
    """Choose the language of the settings or of the environment, before anything is said."""
    chosen = settings.load(env=os.environ)[0].language
    if warning := language.choose(language.wanted(chosen, os.environ)):
        complain(warning)


def complain(error: WardroomError | str) -> int:
    """Say in one line what is wrong; the exit status of a command that was refused or failed."""
    from wardroom.domain.text import clean

    sys.stderr.write(f"wardroom: {clean(str(error), one_line=True)}\n")
    return 1


def screens(options: Options) -> int:
    """Show the TUI on the forum the options and the configuration name; the exit status."""
    config, warnings = settings.load({"forum_file": options.forum}, env=os.environ)
    obstacle = doorstep.check(os.environ, sys.stdin, sys.stdout)
    if obstacle is not None:
        return complain(obstacle)
    doorstep.scrub(os.environ)
    for warning in warnings:
        sys.stderr.write(f"wardroom: {warning}\n")
    try:
        if not os.path.lexists(config.forum_file) and not ask_to_found(config):
            return 1
        return show(config, handle=options.handle)
    except WardroomError as error:
        return complain(error)
    except KeyboardInterrupt:
        return 130


def show(config: settings.Config, *, handle: str | None = None) -> int:
    """Open the forum and the TUI over it; whoever's Unix account is linked is in, everybody else logs in."""
    # What is loaded for the first screen stays; looking through it for garbage takes a tenth of the time to that screen.
    gc.disable()
    from wardroom.wiring import open_forum

    forum = open_forum(config, is_for_screens=True)
    try:
        me = forum.members.linked(os.getuid())
        if handle is not None and me is not None and me.handle != handle.casefold():
            me = None
        from wardroom.tui.app import run

        return run(forum, me, config)
    finally:
        forum.close()


def ask_to_found(config: settings.Config) -> bool:
    """Two questions, and there is a forum: the name of the site and one's own handle."""
    sys.stdout.write(
        _("There is no forum at {file} yet. Two questions make one; Ctrl-C leaves everything as it is.").format(
            file=config.forum_file
        )
        + "\n"
    )
    import time

    from wardroom.forum.founding import Founder, found

    while True:
        try:
            site = input(_("Name of your site, such as county:") + " ")
            handle = input(_("Your handle, such as nadia:") + " ")
            if not site.strip() or not handle.strip():
                continue
            found(config.forum_file, Founder(site, handle, uid=os.getuid()), now_ms=time.time_ns() // 1_000_000)
        except EOFError:
            return False
        except NotAForum:
            raise
        except WardroomError as error:
            complain(error)
            if os.path.lexists(config.forum_file) or not os.access(config.forum_file.parent, os.W_OK):
                return False
        else:
            return True
