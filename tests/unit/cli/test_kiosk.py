"""The kiosk's guard and its environment: what a session may be told, and what its process refuses to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wardroom.cli.kiosk import _cleaned
from wardroom.cli.start import options_of_kiosk

TRIES = {
    "import subprocess; subprocess.run(['true'])": "refused",
    "import os; os.system('true')": "refused",
    "import os; os.fork()": "refused",
    "import os; os.execv('/bin/true', ['true'])": "refused",
    "import os; os.posix_spawn('/bin/true', ['true'], {})": "refused",
    "import socket; socket.create_connection(('127.0.0.1', 9))": "refused",
    "import socket; socket.socket().bind(('127.0.0.1', 0))": "refused",
    "open(folder + '/../outside', 'w')": "refused",
    "open('/tmp/wardroom-outside', 'a')": "refused",
    "import os; os.open(folder + '/../outside', os.O_RDWR | os.O_CREAT)": "refused",
    "import os; os.mkdir(folder + '/../more')": "refused",
    "import os; os.rename(folder + '/../a', folder + '/b')": "refused",
    "import os; open(folder + '/a', 'w').close(); os.rename(folder + '/a', folder + '/../b')": "refused",
    "import os; open(folder + '/a', 'w').close(); os.rename(folder + '/a', folder + '/b')": "done",
    "import os; os.remove('/etc/hostname-of-nobody')": "refused",
    "open(folder + '/inside', 'w')": "done",
    "open('/etc/hostname')": "done",
    "import os; os.open('/dev/null', os.O_RDWR)": "done",
}


@pytest.mark.parametrize("code", sorted(TRIES))
def test_the_guard_refuses_what_a_kiosk_never_does(code: str, tmp_path: Path) -> None:
    """Processes, connections and files outside the forum's folder end in an error; what lies inside does not."""
    (tmp_path / "forum").mkdir()
    (tmp_path / "a").touch()
    program = (
        "import sys\nfrom pathlib import Path\nfrom wardroom.cli.kiosk import guard\n"
        "folder = sys.argv[1]\nguard(Path(folder), 'off')\n"
        f"try:\n    exec({code!r})\nexcept PermissionError as error:\n"
        "    print('refused' if 'kiosk' in str(error) else error)\nelse:\n    print('done')\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "forum")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.strip() == TRIES[code], done.stderr
    assert not (tmp_path / "outside").exists()


def test_little_of_an_environment_is_kept() -> None:
    """Only the terminal's name, the language and sudo's word stay, each only in the form it should have."""
    hostile = dict.fromkeys(
        ("PATH", "HOME", "LD_PRELOAD", "PYTHONPATH", "TEXTUAL_LOG", "EDITOR", "WARDROOM_FORUM"), "/x"
    )
    kept = _cleaned({**os.environ, **hostile, "TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "SUDO_UID": "1007"})
    assert {name: kept[name] for name in ("PATH", "HOME", "TERM", "LANG", "SUDO_UID")} == {
        "PATH": "/usr/bin:/bin", "HOME": "/", "TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "SUDO_UID": "1007",
    }  # fmt: skip
    assert set(kept) <= {"PATH", "HOME", "TERM", "LANG", "LC_ALL", "COLORTERM", "SUDO_UID"}
    for name, value in {"TERM": "../../etc/passwd", "LANG": "a b", "SUDO_UID": "-1", "LC_ALL": "x" * 5000}.items():
        assert name not in _cleaned({name: value})


def test_the_verb_stands_with_its_options_on_either_side() -> None:
    """`--as` and `--forum` are understood before and behind `kiosk`; anything else is explained by the command line."""
    for line in ("kiosk --as omar --forum f", "--forum f kiosk --as omar", "--as=omar --forum f kiosk"):
        options = options_of_kiosk(line.split())
        assert options is not None
        assert (options.forum, options.handle) == ("f", "omar")
    for line in ("kiosk kiosk", "kiosk --help", "kiosk --as", "brief", "kiosk stats"):
        assert options_of_kiosk(line.split()) is None
