"""The verbs, gathered: options before the verb, errors as one plain line, and the exit status."""

import inspect
import os
import sys
from pathlib import Path

import click

from wardroom import language
from wardroom.cli import (
    accounts,
    attention,
    boards,
    demo,
    digest,
    keys,
    moderation,
    peers,
    posts,
    reading,
    screen,
    settings,
    transfer,
    upkeep,
)
from wardroom.cli.context import Context
from wardroom.cli.start import complain
from wardroom.domain.text import clean
from wardroom.errors import HeldForRelease, WardroomError, reference
from wardroom.language import _, marked
from wardroom.terminal import signs

SECTIONS = (
    (marked("Read"), ("brief", "digest", "list", "show", "search", "similar", "saved", "history", "calls", "read")),
    (
        marked("Write"),
        ("post", "reply", "amend", "withdraw", "undo", "useful", "state", "outcome", "template", "screen"),
    ),
    (
        marked("Moderate"),
        (
            "flag",
            "queue",
            "hide",
            "show-again",
            "lock",
            "unlock",
            "pin",
            "unpin",
            "move",
            "release",
            "appeal",
            "purge",
            "breach",
            "unseal",
            "audit",
        ),
    ),
    (marked("Keep an eye on"), ("follow", "bookmark", "subscribe", "mute")),
    (marked("Boards and members"), ("board", "member", "site")),
    (marked("Other sites"), ("circle", "peer", "sync", "bundle", "sync-serve")),
    (
        marked("The file"),
        (
            "init",
            "demo",
            "import",
            "export",
            "backup",
            "restore",
            "tidy",
            "upgrade",
            "check",
            "rebuild",
            "doctor",
            "stats",
        ),
    ),
    (marked("The machine"), ("config", "completion", "kiosk")),
)
"""The verbs as the help lists them; one that stands nowhere here is listed at the end."""


class Verbs(click.Group):
    """All verbs, helped with by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs in their sections."""
        placed = {name for _, names in SECTIONS for name in names}
        rest = tuple(name for name in sorted(self.commands) if name not in placed)
        width = max(map(len, self.commands))
        for heading, names in (*SECTIONS, (marked("More"), rest)):
            rows = [
                (name.ljust(width), self.commands[name].get_short_help_str(formatter.width - width - 6))
                for name in names
                if name in self.commands
            ]
            if rows:
                with formatter.section(_(heading)):
                    formatter.write_dl(rows)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--forum", metavar="FILE", help="The forum file; else $WARDROOM_FORUM, the configuration, the data folder."
)
@click.option("--as", "handle", metavar="HANDLE", help="Act as this member; asks for the password unless linked.")
@click.version_option(package_name="wardroom", prog_name="wardroom")
@click.pass_context
def wardroom(context: click.Context, forum: str | None, handle: str | None) -> None:
    """A discussion forum for emergency practitioners, in the terminal. Without a verb it opens the screens.

    Peer discussion, not care, not the record, not for emergencies. No patient identifiers.
    """
    shared = context.ensure_object(Context)
    shared.forum_file, shared.handle = forum, handle


for module in (
    demo, accounts, attention, digest, boards, posts, moderation, peers, keys, reading, screen, settings, transfer, upkeep,
):  # fmt: skip
    for command in module.COMMANDS:
        wardroom.add_command(command)


def run(arguments: list[str]) -> int:
    """Run one command line; the exit status: 0 done, 1 refused or failed, 2 usage, 3 partly done."""
    _make_ready()
    if not language.is_english():
        translate(wardroom)
        translate_click()
    shared = Context()
    try:
        result = wardroom.main(args=arguments, prog_name="wardroom", standalone_mode=False, obj=shared)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        place = error.ctx.command_path if error.ctx is not None else "wardroom"
        complain(
            _("{what}. `{place} --help` says how it is used.").format(
                what=error.format_message().rstrip("."), place=place
            )
        )
        return 2
    except click.ClickException as error:
        return complain(error.format_message())
    except HeldForRelease as held:
        click.echo(str(held), err=True)
        return 0
    except WardroomError as error:
        return complain(error)
    except BrokenPipeError:
        _leave_output()
        return 1
    except Exception as error:  # noqa: BLE001 - whatever breaks, a user reads one line
        return complain(_in_words(shared, error))
    return result if isinstance(result, int) else 0


def translate(command: click.Command) -> None:
    """Put the help of a verb, of its options and of the verbs below it into the chosen language."""
    command.help = _(inspect.cleandoc(command.help or ""))
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            # What an option can be stands behind what it is for, and is typed as it is.
            says, choices = option.help, ""
            if isinstance(option.type, click.Choice):
                choices = f" {', '.join(option.type.choices)}."
                says = says.removesuffix(choices)
            option.help = _(says) + (choices if says != option.help else "")
    if isinstance(command, click.Group):
        for verb in command.commands.values():
            translate(verb)


def translate_click() -> None:
    """Have click look for its own words in our catalogue; it asks gettext, and that asks the environment."""
    import gettext

    gettext.bindtextdomain(language.DOMAIN, str(language.CATALOGUES))
    gettext.textdomain(language.DOMAIN)
    os.environ["LANGUAGE"] = language.chosen()


def _make_ready() -> None:
    """No character may fail to be printed, and a standard stream that was closed is no reason to stop."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the process ends
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=signs.ERRORS)


def _leave_output() -> None:
    """Nobody reads on: what is still in the buffer goes nowhere, so that leaving does not fail on it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _in_words(shared: Context, error: Exception) -> str:
    """What is no error of ours, in a sentence."""
    known = shared.explained(error)
    if known is not None:
        return str(known)
    if isinstance(error, OSError) and error.strerror:
        where = clean(os.fsdecode(error.filename)) + ": " if isinstance(error.filename, str | bytes) else ""
        if not where:
            _leave_output()
            return _("The output cannot be written: {why}. What the command did before stands.").format(
                why=error.strerror
            )
        return f"{where}{error.strerror}."
    return _(
        "Wardroom failed through a fault of its own ({place}). Report the words in brackets; they hold nothing anybody wrote."
    ).format(place=reference(error))
