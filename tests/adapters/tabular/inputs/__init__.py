"""Nasty contents, with what must come of them: rows, places and codes."""
