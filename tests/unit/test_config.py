"""Settings: who wins, where files are looked for, and that nothing in a file stops the start."""

import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import wardroom
from wardroom.config import FILE_MAX_BYTES, Config, default_forum_file, load, trace, user_file


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment whose home is a fresh directory."""
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture
def system_file(tmp_path: Path) -> Path:
    """Where the machine's settings would be."""
    return tmp_path / "etc" / "config.toml"


def write(path: Path, text: str | bytes) -> Path:
    """A file with its directories."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# --- paths and precedence -------------------------------------------------------------------------------------------


def test_without_files_the_defaults_hold(env: dict[str, str], system_file: Path) -> None:
    """A new user has the forum in the XDG data directory and the settings of the house, without a warning."""
    config, warnings = load(env=env, system_file=system_file)
    assert config == Config(forum_file=Path(env["HOME"]) / ".local/share/wardroom/forum.db")
    assert (config.lock_after_s, config.logout_after_s, config.undo_s, config.poll_ms) == (300, 1800, 60, 500)
    assert (config.ascii, config.colour, dict(config.keys), config.language) == (None, "auto", {}, None)
    assert warnings == ()
    with pytest.raises(FrozenInstanceError):
        config.undo_s = 0  # type: ignore[misc]


def test_xdg_directories_are_honoured(env: dict[str, str], tmp_path: Path) -> None:
    """Absolute XDG directories are used; relative and empty ones are ignored, as the specification says."""
    env |= {"XDG_CONFIG_HOME": str(tmp_path / "c"), "XDG_DATA_HOME": str(tmp_path / "d")}
    assert user_file(env) == tmp_path / "c/wardroom/config.toml"
    assert default_forum_file(env) == tmp_path / "d/wardroom/forum.db"
    env |= {"XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": ""}
    assert user_file(env) == tmp_path / "home/.config/wardroom/config.toml"
    assert default_forum_file(env) == tmp_path / "home/.local/share/wardroom/forum.db"


def test_the_nearest_place_wins(env: dict[str, str], system_file: Path) -> None:
    """Option, environment, user's file, machine's file, default: each is overruled by the one before it."""
    assert load(env=env, system_file=system_file)[0].forum_file == default_forum_file(env)
    write(system_file, 'forum_file = "/srv/machine.db"\nundo_s = 30\npoll_ms = 1000')
    assert load(env=env, system_file=system_file)[0].forum_file == Path("/srv/machine.db")
    write(user_file(env), 'forum_file = "/srv/user.db"\nundo_s = 20')
    assert load(env=env, system_file=system_file)[0].forum_file == Path("/srv/user.db")
    env["WARDROOM_FORUM"] = "/srv/env.db"
    assert load(env=env, system_file=system_file)[0].forum_file == Path("/srv/env.db")
    config, warnings = load({"forum_file": "/srv/option.db", "colour": None}, env=env, system_file=system_file)
    assert config == Config(forum_file=Path("/srv/option.db"), undo_s=20, poll_ms=1000)
    assert warnings == ()


def test_a_screen_reader_is_told_by_the_environment_too(env: dict[str, str], system_file: Path) -> None:
    """So that a colleague's login shell can say it; 0 and nothing say no."""
    for value, is_on in (("", False), ("0", False), ("1", True)):
        env["WARDROOM_SCREEN_READER"] = value
        assert load(env=env, system_file=system_file)[0].screen_reader is is_on


def test_keys_are_overruled_one_by_one(env: dict[str, str], system_file: Path) -> None:
    """A user who moves one key keeps the keys the machine's file has moved."""
    write(system_file, '[keys]\nreply = "R"\nnext = "down"')
    write(user_file(env), 'keys.reply = "a"')
    assert load(env=env, system_file=system_file)[0].keys == {"reply": "a", "next": "down"}


def test_paths_are_read_as_people_write_them(env: dict[str, str], system_file: Path) -> None:
    """``~`` is home; relative is to the file that says it, and to where one stands on the command line."""
    home = Path(env["HOME"])
    for given_path, meant in (("~/er.db", home / "er.db"), ("~", home), ("er.db", user_file(env).parent / "er.db")):
        write(user_file(env), f'forum_file = "{given_path}"')
        assert load(env=env, system_file=system_file)[0].forum_file == meant
    assert load({"forum_file": Path("er.db")}, env=env, system_file=system_file)[0].forum_file == Path("er.db")
    env["WARDROOM_FORUM"] = ""
    assert load(env=env, system_file=system_file)[0].forum_file == user_file(env).parent / "er.db"


def test_every_setting_can_be_set(env: dict[str, str], system_file: Path) -> None:
    """Each field has its TOML form, and every colour of the list is one."""
    text = """
        forum_file = "/srv/er.db"
        lock_after_s = 120
        logout_after_s = 900
        undo_s = 0
        ascii = true
        colour = "16"
        language = "pt_BR"
        poll_ms = 250
        bell = true
        screen_reader = true
        [keys]
        "case.reply" = "R"
    """
    write(user_file(env), text)
    expected = Config(
        Path("/srv/er.db"), 120, 900, 0, True, "16", {"case.reply": "R"}, "pt_BR", 250, bell=True, screen_reader=True
    )  # fmt: skip
    assert load(env=env, system_file=system_file) == (expected, ())
    for written, colour in (
        ("256", "256"),
        ('"contrast"', "contrast"),
        ('"TrueColor"', "truecolor"),
        ('"none"', "none"),
        ('"auto"', "auto"),
    ):
        write(user_file(env), f"colour = {written}")
        assert load(env=env, system_file=system_file)[0].colour == colour
    write(user_file(env), b"\xef\xbb\xbfundo_s = 5\r\nascii = false\r\n")
    assert load(env=env, system_file=system_file) == (
        Config(default_forum_file(env), undo_s=5, ascii=False),
        (),
    )


def test_without_a_home_the_account_has_one() -> None:
    """An environment without HOME still gives an absolute place, if the account is known."""
    assert default_forum_file({}).name == "forum.db"


def test_an_account_without_an_entry_stands_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container with a bare user number the paths are relative, and nothing fails."""
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_017)
    assert default_forum_file({}) == Path(".local/share/wardroom/forum.db")


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ('\nundo_s = "soon"', "line 2: undo_s must be a whole number from 0 to 3600, not 'soon'; it is not used."),
        ("undo_s = true", "line 1: undo_s must be a whole number from 0 to 3600, not True; it is not used."),
        ("undo_s = 1.5", "line 1: undo_s must be a whole number from 0 to 3600, not 1.5; it is not used."),
        ("undo_s = -1", "line 1: undo_s must be a whole number from 0 to 3600, not -1; it is not used."),
        ("lock_after_s = 1", "line 1: lock_after_s must be a whole number from 10 to 86400, not 1; it is not used."),
        ("poll_ms = 1", "line 1: poll_ms must be a whole number from 100 to 60000, not 1; it is not used."),
        ("poll_ms = 0x1" + "0" * 4000, "line 1: poll_ms must be a whole number from 100 to 60000, not a number that"),
        ('ascii = "yes"', "line 1: ascii must be true or false, not 'yes'; it is not used."),
        (
            "colour = 8",
            "line 1: colour must be one of auto, none, contrast, 16, 256, truecolor, not 8; it is not used.",
        ),
        (
            "colour = 0x1" + "0" * 4000,
            "line 1: colour must be one of auto, none, contrast, 16, 256, truecolor, not a number",
        ),
        (
            "colour = [16]",
            "line 1: colour must be one of auto, none, contrast, 16, 256, truecolor, not [16]; it is not used.",
        ),
        ('language = "../x"', "line 1: language must be a language such as fr or fr_CA, not '../x'; it is not used."),
        ("forum_file = 3", "line 1: forum_file must be the path of a file, not 3; it is not used."),
        ('forum_file = " "', "line 1: forum_file must be the path of a file, not ' '; it is not used."),
        ('forum_file = "a\\u0000"', "line 1: forum_file must be the path of a file, not 'a\\x00'; it is not used."),
        ('# lock\nlock_after = 5\n"x" = 1', "line 2: lock_after is not a setting; did you mean lock_after_s?"),
        ("[lock_after_s]\na = 1", "line 1: lock_after_s must be a whole number from 10 to 86400, not {'a': 1}; it is"),
        ("zzz = 1", "line 1: zzz is not a setting."),
        ('"\\u001b[2J" = 1', ": �[2J is not a setting."),
        ("keys = 3", 'line 1: keys must be a table of lines such as reply = "R", not 3.'),
        ("[keys]\n\nreply = 3", "line 3: keys.reply must be the name of a key, not 3."),
        ('keys = {reply = ""}', "line 1: keys.reply must be the name of a key, not ''."),
        ('keys.reply = "\\u001b"', "line 1: keys.reply must be the name of a key, not '\\x1b'."),
    ],
)
def test_a_bad_setting_is_named_with_its_line(env: dict[str, str], system_file: Path, text: str, warning: str) -> None:
    """The warning names file, line, setting and what it needs; all that is right in the file is used."""
    good = 'forum_file = "/srv/er.db"' if "forum_file" not in text else "ascii = true"
    path = write(user_file(env), f"{text}\n" if text.startswith("[") else f"{text}\n{good}\n")
    config, warnings = load(env=env, system_file=system_file)
    assert warnings[0].startswith(f"{path}, {warning}" if warning.startswith("line") else f"{path}{warning}")
    assert replace(config, forum_file=Path(), ascii=None) == Config(Path())
    if not text.startswith("["):
        assert config.ascii or config.forum_file == Path("/srv/er.db")


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (b"undo_s = \n", " is not TOML: Invalid value (at line 1, column 10); the file's settings are not used."),
        (b"undo_s = 1\nundo_s = 2", " is not TOML: Cannot overwrite a value (at"),
        (b"undo_s = 1\n# caf\xe9", ", line 2: this is not UTF-8; the file's settings are not used."),
        (b"x = " + b"[" * 60_000, " is not TOML: "),
        (b"x = " + b"9" * 5_000, " is not TOML: Exceeds the limit"),
        (b"#" * (FILE_MAX_BYTES + 1), " is larger than 64 KiB; its settings are not used."),
        (b"\0", " is not TOML: "),
    ],
    ids=["no value", "twice", "latin-1", "deep", "long", "large", "nul"],
)
def test_a_broken_file_is_left_out(env: dict[str, str], system_file: Path, content: bytes, warning: str) -> None:
    """Broken TOML is one warning with its place, and the other files still count."""
    write(system_file, "poll_ms = 900")
    path = write(user_file(env), content)
    config, warnings = load(env=env, system_file=system_file)
    assert config == Config(default_forum_file(env), poll_ms=900)
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{path}{warning}")


def test_many_mistakes_are_not_many_warnings(env: dict[str, str], system_file: Path) -> None:
    """A file of something else is reported in a few lines."""
    lines = [f"x{number} = 1" for number in range(2_000)] + ["[keys]"] + [f"y{number} = 1" for number in range(2_000)]
    path = write(user_file(env), "\n".join(lines))
    warnings = load(env=env, system_file=system_file)[1]
    assert len(warnings) == 12
    assert warnings[5] == f"{path}, line 2001: 1995 more keys cannot be used."
    assert warnings[11] == f"{path}: 1995 more names are not settings."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(env: dict[str, str], system_file: Path) -> None:
    """A file of another user is said to be unreadable."""
    write(user_file(env), "undo_s = 5").chmod(0)
    assert "Permission denied" in load(env=env, system_file=system_file)[1][0]


def test_what_is_no_file_does_not_hold_up_the_start(env: dict[str, str], system_file: Path) -> None:
    """A directory or a named pipe in the place of a file is named, and not waited for."""
    user_file(env).mkdir(parents=True)
    system_file.parent.mkdir()
    os.mkfifo(system_file)
    config, warnings = load(env=env, system_file=system_file)
    assert config == Config(default_forum_file(env))
    assert warnings == (
        f"{system_file} is not a file; it is not used.",
        f"{user_file(env)} is not a file; it is not used.",
    )


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and does not read")
def test_a_reading_error_is_named() -> None:
    """What opens but does not read, such as a process's memory, is a warning too."""
    warnings = load(env={"HOME": "/nonexistent"}, system_file=Path("/proc/self/mem"))[1]
    assert warnings == ("/proc/self/mem cannot be read (Input/output error); its settings are not used.",)


@pytest.mark.parametrize(
    "home", ["/x\0y", "/x\ud800y", "/dev/null", "/" + "x" * 5_000], ids=["nul", "surrogate", "device", "long"]
)
def test_an_impossible_home_is_no_traceback(home: str, system_file: Path) -> None:
    """Whatever the environment holds, there is a Config."""
    config, warnings = load(env={"HOME": home}, system_file=system_file)
    assert config.undo_s == 60
    assert all(warning.isprintable() for warning in warnings)


def test_bad_options_are_named_as_such(env: dict[str, str], system_file: Path) -> None:
    """A value of the command line or the environment that cannot be used says where it came from."""
    env["WARDROOM_FORUM"] = " "
    warnings = load({"colour": "blue"}, env=env, system_file=system_file)[1]
    assert warnings[0].startswith("$WARDROOM_FORUM: forum_file must be")
    assert warnings[1].startswith("command line: colour must be")


TOML_PIECES = (
    *("undo_s", "keys", "colour", "forum_file", "x", ".", "=", " ", "\n", "[", "]", "{", "}", '"', "'", "1", "true"),
    *("\\u0000", "\\", "#", ",", "é", "\r", "\t", "-", "1979-05-27", "nan", "0x1", "'''", '"""'),
)
toml_like = st.lists(st.sampled_from(TOML_PIECES)).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), toml_like.map(str.encode)))
def test_no_content_of_a_file_raises(env: dict[str, str], system_file: Path, content: bytes) -> None:
    """Any bytes in the file give a Config and printable warnings of one line."""
    write(user_file(env), content)
    config, warnings = load(env=env, system_file=system_file)
    assert isinstance(config, Config)
    assert all(warning.isprintable() for warning in warnings)


def test_a_start_without_files_loads_no_toml(env: dict[str, str]) -> None:
    """The first screen pays for a parser only if there is something to parse."""
    # Without site, which may load pwd itself.
    script = (
        f"import sys; sys.path.insert(0, {str(Path(wardroom.__file__).parent.parent)!r});"
        "from pathlib import Path; from wardroom.config import load;"
        f"load(env={env!r}, system_file=Path('/nonexistent'));"
        "sys.exit(bool({'tomllib', 'platformdirs', 'difflib', 'pwd'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-S", "-c", script], check=False).returncode == 0


# --- origins --------------------------------------------------------------------------------------------------------


def test_each_setting_knows_the_line_that_set_it(env: dict[str, str], system_file: Path) -> None:
    """A setting is traced to option, environment, or file and line; one that could not be used leaves no trace."""
    write(system_file, "# of the machine\nundo_s = 30\nkeep_cases_d = 1461\n[keys]\nreply = 'R'\nnext = 'n'")
    write(user_file(env), 'colour = "none"\nundo_s = "soon"\nkeys.reply = "a"')
    env["WARDROOM_FORUM"] = "/srv/env.db"
    found = trace(env=env, system_file=system_file)
    assert found.origins == {
        "undo_s": f"{system_file}, line 2",
        "keep_cases_d": f"{system_file}, line 3",
        "keys.next": f"{system_file}, line 6",
        "keys.reply": f"{user_file(env)}, line 3",
        "colour": f"{user_file(env)}, line 1",
        "forum_file": "$WARDROOM_FORUM",
    }
    assert (found.config.undo_s, found.config.keep_cases_d) == (30, 1461)
    assert [warning.split(":")[0] for warning in found.warnings] == [f"{user_file(env)}, line 2"]
    assert trace({"forum_file": "/x"}, env=env, system_file=system_file).origins["forum_file"] == "command line"
