"""Draws the pictures of the README: the real program over the demo forum, at 80 by 24, and on a wide glass."""

import asyncio
import os
import re
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = (80, 24)
SCENES = {"brief.svg": (HOME, ()), "case.svg": (HOME, ("enter",)), "wide.svg": ((132, 36), ("g", "j", "enter"))}
"""File name → columns and rows of the glass, and the keys that lead there from the brief."""


async def draw(name: str, size: tuple[int, int], keys: tuple[str, ...], forum_file: Path) -> None:
    """Press the keys and keep what stands on the glass, with no font fetched from anywhere."""
    from wardroom.config import Config
    from wardroom.tui.app import WardroomApp
    from wardroom.wiring import open_forum

    config = Config(forum_file)
    forum = open_forum(config)
    app = WardroomApp(forum, forum.members.linked(os.getuid()), config)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.8)
        picture = app.export_screenshot(title="wardroom")
    forum.close()
    picture = picture.replace("<svg class", '<svg xml:space="preserve" class', 1)
    picture = re.sub(r"@font-face\s*{[^}]*}", "", picture).replace("Fira Code", "DejaVu Sans Mono")
    (HERE / name).write_text(picture, encoding="utf-8")


def main() -> int:
    """Draw every scene."""
    from wardroom.demo.build import build

    for name, (size, keys) in SCENES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "demo.db"
            build(path, now_ms=time.time_ns() // 1_000_000, uid=os.getuid())
            asyncio.run(draw(name, size, keys, path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
