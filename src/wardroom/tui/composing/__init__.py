"""The parts of the composer: what is written, who will see it, what the guard asks, and how it goes out."""
