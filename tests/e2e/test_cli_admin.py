"""The verbs of whoever runs the machine, as they are typed."""

import json
import shutil
import time
from pathlib import Path

import pytest
from tests.e2e.conftest import Cli, is_one_line, rows
from tests.e2e.test_cli import objects

DAY_S = 24 * 3600
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGpL5DTQBTIaZd8CFdCW51aqd8zdNyXdFACcvACDFrGT"


def test_config_names_values_and_their_places(cli: Cli, home: Path) -> None:
    """Each setting stands with the line that set it; a broken file is named with its line, and nothing else is lost."""
    path = home / "config" / "wardroom" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("undo_s = 30\nkeys.reply = 'R'\n")
    found = {row["setting"]: row for row in map(json.loads, rows(cli("config", "--json").out))}
    assert found["undo_s"] == {"setting": "undo_s", "value": 30, "from": f"{path}, line 1"}
    assert found["keys.reply"]["from"] == f"{path}, line 2"
    assert found["lock_after_s"]["from"] is None
    assert found["forum_file"]["value"].startswith(str(home / "data"))
    path.write_text("undo_s = 30\ncolour = = 3\n")
    broken = cli("config")
    assert broken.status == 1
    assert "line 2" in broken.err
    assert "undo_s" in broken.out


def test_a_staff_list_is_tried_and_taken(cli: Cli, forum_file: Path, home: Path) -> None:
    """A dry run changes nothing; a list with one bad line changes nothing; a good one lets in and out."""
    staff = home / "staff.csv"
    staff.write_text("change,handle,profession,role,unix\njoin,mira,nurse,trainee,4242\njoin,ines,physician,trainee,\n")
    tried = cli("member", "apply", str(staff), "--dry-run")
    assert (tried.status, tried.out) == (0, "mira joins\nines joins\n")
    assert "Nothing was changed" in tried.err
    assert "mira" not in cli("member", "list").out
    assert cli("member", "apply", str(staff)).status == 0
    assert [json.loads(row)["handle"] for row in rows(cli("member", "list", "--json").out)] == ["ines", "mira", "nadia"]
    staff.write_text("change,handle\nleave,mira\nleave,nobody\n")
    refused = cli("member", "apply", str(staff))
    assert refused.status == 1
    assert is_one_line(refused.err)
    assert "staff.csv, line 3" in refused.err
    staff.write_text("change,handle\nleave,mira\n")
    assert cli("member", "apply", str(staff)).out == "mira leaves\n"
    assert cli("member", "apply", str(home / "none.csv")).status == 1


def test_tidy_says_and_does(cli: Cli, forum_file: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old cases go only by the site's own rule and in a moderator's name; without one they stay, and that is said."""
    posted = cli("post", "--board", "cases", "--kind", "talk", "--title", "About warm fluids", "Quillfeather first.")
    assert posted.status == 0
    now_ns = time.time_ns()
    monkeypatch.setattr("wardroom.wiring.wall_ms", lambda: now_ns // 1_000_000 + 800 * DAY_S * 1000)
    config = home / "config" / "wardroom" / "config.toml"
    config.parent.mkdir(parents=True)
    assert json.loads(cli("tidy", "--json").out)["threads"] == 0
    config.write_text("keep_cases_d = 730\n")
    waiting = cli("tidy")
    assert waiting.status == 3
    assert "--by" in waiting.err
    done = cli("tidy", "--by", "nadia", "--json")
    assert (done.status, json.loads(done.out)["posts"]) == (0, 1)
    assert json.loads(cli("tidy", "--json").out)["posts"] == 0
    assert "Quillfeather" not in cli("show", posted.id).out


def test_backups_take_turns_and_markdown_goes_out(cli: Cli, forum_file: Path, home: Path) -> None:
    """A folder of backups is made and added to; an export reads as Markdown; an upgrade has nothing to do."""
    cli("post", "--board", "cases", "--kind", "talk", "--title", "About warm fluids", "Fluids *first*.")
    assert cli("backup", "--rotate", str(home / "backups")).status == 0
    (backup,) = (home / "backups").glob("wardroom-*.backup")
    assert cli("--forum", str(home / "back.db"), "restore", str(backup)).status == 0
    assert "# About warm fluids" in cli("export", "--format", "md").out
    assert "Fluids \\*first\\*." in cli("export", "--format", "md").out
    assert cli("upgrade").out == "The file is up to date.\n"


def test_keys_are_added_listed_and_removed(cli: Cli, forum_file: Path) -> None:
    """A key is known by its fingerprint; a second owner, a private key and a stranger's kiosk are refused."""
    cli("member", "add", "omar", "--profession", "physician", "--role", "practitioner")
    added = cli("member", "key", "add", "omar", "-", stdin=f"{KEY} omar@laptop\n".encode())
    assert added.status == 0
    listed = json.loads(cli("member", "key", "list", "--json").out)
    assert (listed["handle"], listed["fingerprint"]) == ("omar", added.out.strip())
    for refused in (
        cli("member", "key", "add", "nadia", KEY),
        cli("member", "key", "add", "omar", "-----BEGIN OPENSSH PRIVATE KEY-----"),
        cli("peer", "admit", KEY),
        cli("kiosk", "stats"),
    ):
        assert refused.status in (1, 2)
        assert is_one_line(refused.err)
    assert cli("member", "key", "remove", added.out.strip()).status == 0
    assert cli("member", "key", "list", "--json").out == ""


def test_a_site_is_suspended_and_a_lost_file_revoked(cli: Cli, forum_file: Path, home: Path) -> None:
    """Lists say who is cut off and which file is this one; the audit keeps both acts; this very file is not revoked."""
    other = str(home / "harbor.db")
    assert cli("--forum", other, "init", "--site", "harbor", "--admin", "rita", "--profession", "nurse").status == 0
    (key,) = [line["key"] for line in objects(cli("--forum", other, "site", "show", "--json").out)]
    assert cli("circle", "new", "region").status == 0
    assert cli("circle", "invite", "region", key, "--site", "harbor").status == 0
    assert cli("circle", "suspend-site", "region", "harbor").status == 0
    assert "suspended: harbor" in cli("circle", "list").out
    assert [line["suspended"] for line in objects(cli("circle", "list", "--json").out)] == [[], ["harbor"]]
    assert cli("circle", "suspend-site", "region", key, "--lift").status == 0
    assert [line["suspended"] for line in objects(cli("circle", "list", "--json").out)] == [[], []]
    unknown = cli("circle", "suspend-site", "region", "nowhere")
    assert (unknown.status, "Its sites: county, harbor" in unknown.err) == (1, True)
    (here,) = objects(cli("site", "instances", "--json").out)
    assert (here["this"], here["circles"], here["revoked"]) == (True, ["region"], [])
    assert here["instance"] in cli("site", "instances").out
    refused = cli("site", "revoke-instance", here["instance"])
    assert (refused.status, "this very file" in refused.err) == (1, True)
    copy = str(home / "copy.db")
    shutil.copyfile(forum_file, copy)
    assert cli("--forum", copy, "post", "--board", "cases", "--title", "A word from elsewhere", "Words.").status == 0
    (_first, second) = sorted(
        objects(cli("--forum", copy, "site", "instances", "--json").out), key=lambda line: line["this"]
    )
    assert second["this"]
    assert cli("--forum", copy, "site", "revoke-instance", here["instance"]).status == 0
    assert "revoked in region" in cli("--forum", copy, "site", "instances").out
    verbs = [line["verb"] for line in objects(cli("--forum", copy, "audit", "--json").out)]
    assert {"suspend site", "lift suspension of site", "revoke instance"} <= set(verbs)
