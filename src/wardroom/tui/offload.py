"""Work that may wait for the disk, done beside the event loop in one thread, in order."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_one_thread: ThreadPoolExecutor | None = None


async def call(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await ``work(*args, **kwargs)`` done in the one worker thread; its errors are raised here."""
    global _one_thread  # noqa: PLW0603 - the thread is made when the first write needs it, not at import
    if _one_thread is None:
        _one_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forum")
    return await asyncio.get_running_loop().run_in_executor(_one_thread, partial(work, *args, **kwargs))


def at_once(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """``work`` done in the same thread after what is queued there, waited for: for a process that is about to end."""
    if _one_thread is None:
        return work(*args, **kwargs)
    return _one_thread.submit(partial(work, *args, **kwargs)).result(timeout=5)
