"""What the doctor says of one thing it has looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, whether it is well, and what to do where it is not."""

    is_well: bool
    what: str
    advice: str = ""
