"""What every verb shares: the forum it acts on, who acts, how words come in, and how JSON and talk go out."""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from wardroom import config as settings
from wardroom.domain.text import BODY_MAX_BYTES, clean
from wardroom.errors import BadPassword, InputRejected, Refused, WardroomError
from wardroom.language import _

if TYPE_CHECKING:
    from wardroom.domain.views import Me
    from wardroom.forum import Forum

STDIN_MAX_BYTES = 1024 * 1024
"""More than this is no post, whatever cleaning would leave of it."""
_PASSWORD_LINE_BYTES = 4096

# What a terminal could obey, hide or turn round; JSON has an escape for each, so that a line can be printed as it is.
_ESCAPED = re.compile(
    "[\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    "\ufe00-\ufe0f\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]"
)


class Context:
    """One command line's forum and member, opened when a verb asks for them."""

    def __init__(self) -> None:
        self.forum_file: str | None = None
        self.handle: str | None = None

    @cached_property
    def config(self) -> settings.Config:
        """The settings in force; what of them is wrong is told on standard error."""
        if self.forum_file is not None and not self.forum_file.strip():
            raise Refused(_("--forum names no file. Name one, or leave the option out."))
        config, warnings = settings.load({"forum_file": self.forum_file}, env=os.environ)
        for warning in warnings:
            tell(f"wardroom: {warning}")
        return config

    @cached_property
    def forum(self) -> "Forum":
        """The open forum."""
        from wardroom.wiring import open_forum

        forum = open_forum(self.config)
        click.get_current_context().call_on_close(self._leave)
        return forum

    def _leave(self) -> None:
        """Say what whoever opened the file should know, and close it."""
        if self.forum.session.notice:
            tell(f"wardroom: {self.forum.session.notice}")
        self.forum.close()

    @cached_property
    def me(self) -> "Me":
        """Who acts: the member linked to this Unix account, or the one named with --as after a password."""
        linked = self.forum.members.linked(os.getuid())
        if self.handle is None:
            if linked is None:
                raise Refused(_("This Unix account is linked to no member here. Say who you are with --as HANDLE."))
            return linked
        if linked is not None and linked.handle == self.handle.strip().casefold():
            return linked
        if not is_person_there():
            raise Refused(
                _("Acting as {handle} takes the linked Unix account, or a password typed at a terminal.").format(
                    handle=self.handle
                )
            )
        return self.forum.members.login(self.handle, click.prompt(_("Password"), hide_input=True, err=True))

    def explained(self, error: Exception) -> WardroomError | None:
        """An error of the open file's library in a sentence, or None where it is none of its."""
        forum = self.__dict__.get("forum")
        return forum.explained(error) if forum is not None else None


pass_context = click.make_pass_decorator(Context)
as_json = click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")


# --- in -------------------------------------------------------------------------------------------------------------


class Text(click.ParamType[str]):
    """Words a person wrote on the command line, in UTF-8."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The words; bytes that are no UTF-8 come as lone surrogates and are refused."""
        if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            named = param.opts[-1] if param is not None else _("the text")
            raise InputRejected(
                _("{what} is not UTF-8. Set your terminal to UTF-8, or convert the text with iconv.").format(
                    what=named if named.startswith("--") else named.upper()
                )
            )
        return value


TEXT = Text()


def one_of(name: str, metavar: str, values: Sequence[str], says: str, **more: Any) -> Callable[[Any], Any]:
    """An option that is one of some words, which its help names as they are written."""
    choice = click.Choice(values, case_sensitive=False)
    return click.option(name, type=choice, metavar=metavar, help=f"{says} {', '.join(values)}.", **more)


def options(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in the order they are helped with."""

    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def is_person_there() -> bool:
    """Whether a question can be asked: at standard input, or at the terminal behind a pipe that a person looks at."""
    if sys.stdin is not None and sys.stdin.isatty():
        return True
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def text_or_stdin(text: str | None) -> str:
    """The text given; standard input for "-", and for nothing where it is no terminal. Raises Refused, InputRejected."""
    if text is not None and text != "-":
        return text
    if sys.stdin is None or (text is None and sys.stdin.isatty()):
        raise Refused(_("There is no text. Give it as an argument, or on standard input with -."))
    return decoded(sys.stdin.buffer, _("Standard input"))


def decoded(stream: BinaryIO, what: str, *, max_bytes: int = STDIN_MAX_BYTES) -> str:
    """All of a stream as text. Raises InputRejected for what is too long, or is no UTF-8 text."""
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise InputRejected(
            _("{what} holds more than {count} KiB; a post takes {most} KiB at most. Split it.").format(
                what=what, count=max_bytes // 1024, most=BODY_MAX_BYTES // 1024
            )
        )
    if b"\0" in content:
        raise InputRejected(_("{what} holds a NUL byte, so it is no text. Give plain text in UTF-8.").format(what=what))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRejected(
            _("{what} is not UTF-8 (byte {start}). Convert it, for example with iconv -f latin1 -t utf-8.").format(
                what=what, start=error.start + 1
            )
        ) from error


def new_password(*, is_from_stdin: bool) -> str:
    """A password, typed twice or read from standard input's first line. Raises BadPassword or Refused."""
    if not is_from_stdin:
        if not is_person_there():
            raise Refused(_("A password is typed at a terminal, or given on standard input with --password-stdin."))
        return str(click.prompt(_("New password"), hide_input=True, confirmation_prompt=_("Again"), err=True))
    line = sys.stdin.buffer.readline(_PASSWORD_LINE_BYTES) if sys.stdin is not None else b""
    try:
        password = line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadPassword(_("The password on standard input is not UTF-8.")) from error
    if not password:
        raise BadPassword(_("There is no password on the first line of standard input."))
    return password


def confirmed(question: str) -> bool:
    """Whether a person at the terminal says yes, in the chosen language or in English; nothing typed is a no."""
    answer = click.prompt(f"{question} [{_('y/N')}]", default="", show_default=False, err=True)
    return str(answer).strip().casefold() in (*_("y yes").split(), "y", "yes")


# --- out ------------------------------------------------------------------------------------------------------------


def put_json(value: Mapping[str, Any]) -> None:
    """One JSON object on a line; whatever could steer a terminal is escaped."""
    is_utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not is_utf8)
    click.echo(_ESCAPED.sub(lambda match: json.dumps(match.group())[1:-1], text))


def put_path(path: Path) -> None:
    """The path of a file, as it is unless it would steer a terminal."""
    shown = os.fspath(path)
    click.echo(shown if shown.isprintable() else clean(shown, one_line=True))


def tell(sentence: str) -> None:
    """A sentence of talk, on standard error."""
    click.echo(clean(sentence, one_line=True), err=True)


def rfc3339(moment_ms: int) -> str:
    """A moment as JSON says it: RFC 3339, UTC."""
    try:
        moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
