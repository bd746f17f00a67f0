"""Work that may wait for the disk, done beside the event loop in one thread, in order."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

from wardroom.errors import FileBusy
from wardroom.language import _

PATIENCE_S: Final = 5.0
"""So long ``at_once`` waits."""

P = ParamSpec("P")
T = TypeVar("T")

_one_thread: ThreadPoolExecutor | None = None


async def call(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await ``work(*args, **kwargs)`` done in the one worker thread; its errors are raised here."""
    return await asyncio.get_running_loop().run_in_executor(_thread(), partial(work, *args, **kwargs))


def at_once(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """``work`` done in the same thread after what is queued there, waited for: for a session that is about to end.

    Raises FileBusy when the file does not let go in time.
    """
    try:
        return _thread().submit(partial(work, *args, **kwargs)).result(timeout=PATIENCE_S)
    except TimeoutError:
        raise FileBusy(_("The file was busy for too long; what was typed last is not saved.")) from None


def _thread() -> ThreadPoolExecutor:
    """The worker thread, made when the first work needs it, not at import."""
    global _one_thread  # noqa: PLW0603 - one for the program
    if _one_thread is None:
        _one_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forum")
    return _one_thread
