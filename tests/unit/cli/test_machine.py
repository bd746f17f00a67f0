"""What is installed beside the program fits it: completions, units and scripts name verbs that exist."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from wardroom.cli.main import wardroom

SHARE = Path(__file__).parents[3] / "share"
COMPLETIONS = {
    "bash": "bash-completion/completions/wardroom",
    "zsh": "zsh/site-functions/_wardroom",
    "fish": "fish/vendor_completions.d/wardroom.fish",
}


@pytest.mark.parametrize("shell", sorted(COMPLETIONS))
def test_completions_are_what_the_program_prints(shell: str) -> None:
    """`wardroom completion` prints the file that is installed."""
    printed = CliRunner().invoke(wardroom, ["completion", shell], prog_name="wardroom")
    assert printed.output == (SHARE / COMPLETIONS[shell]).read_text(encoding="utf-8")


def test_units_and_cron_lines_run_verbs_that_exist() -> None:
    """Each command line of a unit or a cron line parses as one of ours."""
    lines = [
        line
        for path in (*SHARE.glob("wardroom/systemd/*/*.service"), SHARE / "wardroom/cron")
        for line in re.findall(r"bin/wardroom ([^>\n]+)", path.read_text(encoding="utf-8"))
    ]
    assert len(lines) == 6
    for line in lines:
        verb, *arguments = line.replace("%h", "/home/nadia").split()
        wardroom.commands[verb].make_context(verb, arguments)


@pytest.mark.parametrize(
    "path", [*SHARE.glob("wardroom/libexec/*"), SHARE / "wardroom/install.sh"], ids=lambda p: p.name
)
def test_scripts_are_sound_shell(path: Path) -> None:
    """A shell reads every script to its end, and each is executable."""
    subprocess.run(["/bin/sh", "-n", path], check=True)
    assert path.stat().st_mode & 0o111
