"""What every verb shares: the forum it acts on, who acts, and how answers are printed."""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from wardroom import config as settings
from wardroom.domain.text import clean
from wardroom.errors import Refused

if TYPE_CHECKING:
    from wardroom.domain.views import Me
    from wardroom.forum import Forum


class Context:
    """One command line's forum and member, opened when a verb asks for them."""

    def __init__(self, forum: str | None, handle: str | None) -> None:
        self._forum = forum
        self._handle = handle

    @cached_property
    def config(self) -> settings.Config:
        """The settings in force; what of them is wrong is told on standard error."""
        config, warnings = settings.load({"forum_file": self._forum}, env=os.environ)
        for warning in warnings:
            click.echo(f"wardroom: {warning}", err=True)
        return config

    @cached_property
    def forum(self) -> "Forum":
        """The open forum."""
        from wardroom.wiring import open_forum

        forum = open_forum(self.config)
        click.get_current_context().call_on_close(forum.close)
        return forum

    @cached_property
    def me(self) -> "Me":
        """Who acts: the member linked to this Unix account, or the one named with --as after a password."""
        linked = self.forum.members.linked(os.getuid())
        if self._handle is None:
            if linked is None:
                raise Refused("This Unix account is linked to no member here. Say who you are with --as HANDLE.")
            return linked
        if linked is not None and linked.handle == self._handle.casefold():
            return linked
        if not sys.stdin.isatty():
            raise Refused(f"Acting as {self._handle} takes the linked Unix account, or a password typed at a terminal.")
        return self.forum.members.login(self._handle, click.prompt("Password", hide_input=True, err=True))


pass_context = click.make_pass_decorator(Context)
as_json = click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")


def put_json(value: Mapping[str, Any]) -> None:
    """One JSON object on a line; whatever could steer a terminal is escaped."""
    text = json.dumps(value, ensure_ascii=not sys.stdout.encoding.lower().startswith("utf"), separators=(", ", ": "))
    click.echo("".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in text))


def put_lines(lines: Iterable[str]) -> None:
    """Lines of text for people: clean, whatever they hold."""
    for line in lines:
        click.echo(clean(line))


def rfc3339(moment_ms: int) -> str:
    """A moment as JSON says it: RFC 3339, UTC."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_stdin_or(text: str | None) -> str:
    """The text given, or standard input for "-" or nothing. Raises Refused where neither is there."""
    if text is not None and text != "-":
        return text
    if text is None and sys.stdin.isatty():
        raise Refused("There is no text. Give it as an argument, or as standard input with -.")
    return sys.stdin.buffer.read(11_000_000).decode("utf-8", "replace")
