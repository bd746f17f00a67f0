"""``wardroom demo``: the fictional network, in a throw-away file, with no question asked."""

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import click

from wardroom.cli.context import Context, pass_context, put_path


@click.command()
@click.option("--into", "into", type=click.Path(path_type=Path), help="Keep the forum in this file.")
@click.option("--no-screens", is_flag=True, help="Make the file and leave.")
@pass_context
def demo(context: Context, into: Path | None, *, no_screens: bool) -> int:
    """Look around in a fictional network of three sites; everybody and everything in it is invented."""
    from wardroom.demo.build import build

    now_ms = time.time_ns() // 1_000_000
    if into is not None:
        build(into, now_ms=now_ms, uid=os.getuid())
        if no_screens:
            put_path(into)
            return 0
        return _show(context, into)
    with tempfile.TemporaryDirectory(prefix="wardroom-demo-") as folder:
        path = Path(folder) / "demo.db"
        build(path, now_ms=now_ms, uid=os.getuid())
        return _show(context, path)


def _show(context: Context, path: Path) -> int:
    from wardroom.cli.start import complain, show
    from wardroom.terminal import doorstep

    obstacle = doorstep.check(os.environ, sys.stdin, sys.stdout)
    if obstacle is not None:
        return complain(obstacle)
    doorstep.scrub(os.environ)
    return show(replace(context.config, forum_file=path))


COMMANDS = (demo,)
