"""The fast path for CSV: NumPy and Polars decide what is certainly good, the exact path the rest.

Importing it costs a tenth of a second and 40 MiB, so it is imported when a file is large enough.
"""
