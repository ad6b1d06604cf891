"""The content engine: right on every input, at bounded memory.

The modules here are the exact path, on the standard library alone but for RE2. `fast` judges
most of a large CSV in its place, and sends it whatever it is not certain of.
"""
