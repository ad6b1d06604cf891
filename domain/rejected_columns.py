"""The columns that rejected rows have before their own."""

from typing import Final

REJECTED_COLUMNS: Final = ("_row", "_line", "_errors", "_raw")
"""Where a row stood, what was wrong with it, and its text where it could not be cut.

A file with some of them is taken for rejected rows that come back, so no output of clean rows
gets one by a rule of the schema.
"""
