"""What was imported is screened beside the screens, and whoever waits sees how far it has come."""

from pathlib import Path

import pytest
from tests.tui.ward import until, ward

from wardroom.forum import unscreened
from wardroom.tui import lookout

MAILS = 5
GLASS = (80, 24)


async def test_an_idle_session_screens_what_was_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nobody types all of it is screened; where it is much, the glass says how many wait, and when it is done."""
    monkeypatch.setattr(lookout, "QUIET_S", 0.0)
    monkeypatch.setattr(lookout, "SCREENED_AT_ONCE", 1)
    monkeypatch.setattr(unscreened, "SOON", MAILS - 1)
    said: list[str] = []
    with ward(tmp_path) as here:
        box = tmp_path / "archive.mbox"
        box.write_bytes(
            b"".join(
                b"From x\nMessage-ID: <%d@x.invalid>\nSubject: Bed %d\n\nWords.\n\n" % (n, n) for n in range(MAILS)
            )
        )
        here.forum.transfer.import_from(here.nadia, box, here.board)
        app = here.app()
        monkeypatch.setattr(app, "say", lambda sentence, **_more: said.append(sentence))
        async with app.run_test(size=GLASS) as pilot:
            await until(lambda: not here.forum.unscreened.is_any_pending(), on=pilot.app)
            await until(lambda: len(said) >= 2, on=pilot.app)
    assert said == [f"{MAILS} posts wait for the screening; it goes on while nobody types.", "All posts are screened."]
