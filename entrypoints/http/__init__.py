"""The HTTP API: turns requests into calls of use cases, and what they return into answers."""
