"""One file a screen; a screen asks the forum one question and paints the answer."""
