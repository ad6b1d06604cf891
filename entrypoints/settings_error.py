"""Why settings cannot be used."""


class SettingsError(Exception):
    """A setting is missing, malformed, or does not fit together with another."""
