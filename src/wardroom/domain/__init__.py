"""What a forum is, as plain values and functions: nothing here reads a clock, a file or a network."""
