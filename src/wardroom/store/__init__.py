"""The only room that speaks SQL: one file, its log, its views, and what never leaves it."""
