"""The least that a Textual program can be: a list of a thousand lines, for ``start.py`` to measure itself against."""

from textual.app import App, ComposeResult
from textual.widgets import OptionList

ROWS = 1_000


class BareApp(App[None]):
    """A list, and nothing else."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """The list."""
        yield OptionList(*(f"{number:>5}  Wide QRS after TCA, bicarb given. Next step?" for number in range(ROWS)))


if __name__ == "__main__":
    BareApp().run(mouse=False)
