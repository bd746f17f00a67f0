"""The screens: what a member sees and the keys that move it; the forum is asked, never reached around."""
