"""The one tree of errors, each with a sentence a user can act on.

Only ``cli`` and ``tui`` turn an error into text; everything else raises.
"""

from pathlib import Path


class WardroomError(Exception):
    """Whatever Wardroom can explain: ``str(error)`` is one plain line, what happened and what to do next."""


class Refused(WardroomError):
    """A rule of the forum said no; nothing was changed."""


class HeldForRelease(WardroomError):
    """What was written is kept and waits for a moderator; nothing is left to do for who wrote it."""


class NotFound(Refused):
    """A board, post or member that was named does not exist, or is not for this viewer."""


class InputRejected(WardroomError):
    """What a person typed or handed over cannot be taken as it is."""


class TemplateBroken(InputRejected):
    """A file of a template cannot be used; ``key`` is the setting that is wrong, where it is one."""

    def __init__(self, what: str, key: str = "") -> None:
        super().__init__(what)
        self.key = key


class IdentifierFound(InputRejected):
    """The text holds what may identify a patient; the sentence names each place."""


class BadPassword(InputRejected):
    """A password is wrong, too weak, or tried too often."""


class StoreError(WardroomError):
    """The file cannot be read or written."""


class NotAForum(StoreError):
    """The file is empty, foreign or damaged; it was left as it was."""


class FileTooNew(StoreError):
    """A newer Wardroom has written the file."""


class FileTooOld(StoreError):
    """An older Wardroom has written the file, and it has not been brought up to date."""


class FileReplaced(StoreError):
    """The file under an open connection is no longer the file on the disk."""


class DiskFull(StoreError):
    """The disk has no room left for what was to be written."""


class FileBusy(StoreError):
    """Other processes kept the file locked for longer than anyone should wait."""


class EventRejected(WardroomError):
    """An event or batch breaks a limit, the order, the chain or a signature; nothing of it was stored."""


class ChainBroken(EventRejected):
    """Events do not continue the log as it is held: they are damaged, or the log was written twice."""


class SiteNotAdmitted(EventRejected):
    """Events of a site that no steward has admitted to the circle, as far as is known here; they are asked for again."""


class SyncFailed(WardroomError):
    """An exchange with a peer could not begin, or what the far side sent cannot be taken; what was taken before stays."""


class SyncCut(SyncFailed):
    """The line to a peer broke in the middle; the next exchange goes on from there."""


def reference(error: BaseException) -> str:
    """What broke and where in our own files: enough to find it, nothing anybody typed."""
    trace, place, home = error.__traceback__, "elsewhere", Path(__file__).parent
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(home):
            place = f"{path.stem}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place}"
