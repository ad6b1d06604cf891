"""The clean rows in every format that they can be asked for, and what describes the results."""
