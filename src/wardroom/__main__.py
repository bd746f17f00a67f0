"""Where every run begins: no verb opens the TUI, a verb goes to the command line, whose library is loaded only then."""

import os
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run Wardroom with the arguments of a command line; the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        from wardroom.cli import start

        start.speak()
        options = start.options_without_verb(arguments)
        # A shell that asks what a word may become calls without a verb too.
        if options is not None and "_WARDROOM_COMPLETE" not in os.environ:
            return start.screens(options)
        options = start.options_before(["brief", "--one-line"], arguments)
        if options is not None and options.handle is None:
            from wardroom.cli import one_line

            return one_line.run(options)
        if (kiosk_options := start.options_of_kiosk(arguments)) is not None:
            from wardroom.cli import kiosk

            return kiosk.screens(kiosk_options, arguments)
        from wardroom.cli.main import run

        return run(arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
