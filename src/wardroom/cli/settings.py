"""The verbs of the machine Wardroom runs on: its settings with their places, and what a shell completes."""

import os
from dataclasses import fields

import click

from wardroom import config as settings
from wardroom.cli.context import Context, as_json, pass_context, put_json, tell
from wardroom.cli.paper import Column, Line, Paper
from wardroom.language import _, marked


@click.command("config")
@as_json
@pass_context
def config(context: Context, *, is_json: bool) -> int:
    """Show every setting and where it comes from.

    The nearest place wins: an option, then the environment, then your own config.toml, then
    /etc/wardroom/config.toml, then what is built in. What cannot be used is named with its line.
    """
    found = settings.trace({"forum_file": context.forum_file}, env=os.environ)
    rows = list(_rows(found))
    for name, value, place in rows if is_json else ():
        put_json({"setting": name, "value": value, "from": place or None})
    if not is_json:
        lines: list[Line] = [
            ((name, "bold"), (_shown(value), "plain"), (place or _("built in"), "plain" if place else "dim"))
            for name, value, place in rows
        ]
        Paper().table(
            (Column(marked("setting")), Column(marked("value"), grows=True), Column(marked("from"))),
            [("", lines)],
            with_heads=True,
        )
        for path in (settings.SYSTEM_FILE, settings.user_file(os.environ)):
            if not os.path.lexists(path):
                tell(_("There is no {path}.").format(path=path))
    for warning in found.warnings:
        tell(f"wardroom: {warning}")
    return 1 if found.warnings else 0


def _rows(found: settings.Settings) -> list[tuple[str, object, str]]:
    """(name, value, place or "") of every setting; each moved key is one."""
    rows: list[tuple[str, object, str]] = []
    for each in fields(found.config):
        value = getattr(found.config, each.name)
        if each.name == "keys":
            rows += [(f"keys.{action}", key, found.origins.get(f"keys.{action}", "")) for action, key in value.items()]
        else:
            rows.append(
                (
                    each.name,
                    os.fspath(value) if isinstance(value, os.PathLike) else value,
                    found.origins.get(each.name, ""),
                )
            )
    return rows


def _shown(value: object) -> str:
    """A value as config.toml writes it."""
    if value is None:
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete verbs and options.

    bash: eval "$(wardroom completion bash)". zsh: the same with zsh. fish: wardroom completion fish | source.
    """
    from click.shell_completion import get_completion_class

    completing = get_completion_class(shell)
    assert completing is not None
    made = completing(context.find_root().command, {}, "wardroom", "_WARDROOM_COMPLETE")
    click.echo(made.source_template % made.source_vars())


COMMANDS = (config, completion)
