"""Questions asked over a screen, each answered with a value."""
