"""The verbs, gathered: options before the verb, errors as one plain line, and the exit status."""

import sys

import click

from wardroom.cli import accounts, boards, demo, posts, reading, transfer, upkeep
from wardroom.cli.context import Context
from wardroom.cli.start import complain
from wardroom.errors import WardroomError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--forum", metavar="FILE", help="The forum file; else $WARDROOM_FORUM, the configuration, the data folder.")
@click.option("--as", "handle", metavar="HANDLE", help="Act as this member; asks for the password unless linked.")
@click.version_option(package_name="wardroom", prog_name="wardroom")
@click.pass_context
def wardroom(context: click.Context, forum: str | None, handle: str | None) -> None:
    """A discussion forum for emergency practitioners, in the terminal. Without a verb it opens the screens.

    Peer discussion, not care, not the record, not for emergencies. No patient identifiers.
    """
    context.obj = Context(forum, handle)


for module in (demo, accounts, boards, posts, reading, transfer, upkeep):
    for command in module.COMMANDS:
        wardroom.add_command(command)


def run(arguments: list[str]) -> int:
    """Run one command line; the exit status: 0 done, 1 refused or failed, 2 usage, 3 partly done."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    try:
        result = wardroom.main(args=arguments, prog_name="wardroom", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return complain(error.format_message())
    except WardroomError as error:
        return complain(error)
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return result if isinstance(result, int) else 0
