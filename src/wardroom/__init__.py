"""Wardroom: a threaded discussion forum in the terminal for emergency practitioners."""
