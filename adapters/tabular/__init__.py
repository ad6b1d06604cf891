"""The content engine on the standard library alone: right on every input, at bounded memory.

It is the exact engine; a faster one answers the same port and sends it what it doubts.
"""
