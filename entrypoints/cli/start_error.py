"""Why the service does not start."""


class StartError(Exception):
    """Something that the person at the keyboard can put right; the message says how."""
