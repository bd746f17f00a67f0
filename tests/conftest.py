"""What every test stands on: a home of its own, and how many examples a property is tried with.

``HYPOTHESIS_PROFILE=long`` tries twenty times as many.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.strategies import EXAMPLES, LONG_FACTOR, House, is_long

settings.register_profile("small", max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("small"), max_examples=EXAMPLES * LONG_FACTOR)
settings.load_profile("long" if is_long() else "small")


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the home of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("XDG_", "WARDROOM_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        # English, in whatever signs the locale of whoever runs the tests has.
        if everything := os.environ.get("LC_ALL"):
            patch.setenv("LANG", everything)
            patch.delenv("LC_ALL")
        patch.setenv("LC_MESSAGES", "C")
        yield home


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A site with a forum of its own; what was opened is closed at the end."""
    built = House(tmp_path / "forum.db")
    yield built
    built.close()
