"""What is wrong with a setting."""


class SettingsError(Exception):
    """A setting is missing, malformed, or does not fit together with another."""
