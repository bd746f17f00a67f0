"""What is said when something of ours broke: that it was a fault, and a reference without a word anybody typed."""

from pathlib import Path

from wardroom.language import _


def stopped(cause: BaseException | None) -> str:
    """The program had to end."""
    return _("Wardroom had to stop: a fault of its own ({reference}).").format(reference=_reference(cause))


def what_is_kept(*, is_draft_saved: bool) -> str:
    """What is left of the work, and what to do next."""
    if is_draft_saved:
        return _("What was posted is safe and drafts are kept; start it again, and report the words in brackets.")
    return _(
        "What was posted is safe and the draft is as last saved; start it again, and report the words in brackets."
    )


def went_wrong(error: Exception) -> str:
    """An error the program goes on after."""
    return _("Something went wrong inside Wardroom ({reference}).").format(reference=_reference(error))


def _reference(error: BaseException | None) -> str:
    """What broke and where in our own files: enough to find it, nothing anybody typed."""
    if error is None:
        return "input"
    trace, place = error.__traceback__, "textual"
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "wardroom" in path.parts:
            place = f"{path.stem}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place}"
