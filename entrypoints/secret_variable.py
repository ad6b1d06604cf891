"""A secret among the settings: given as such, or by the file that holds it."""

from pathlib import Path

from environs import Env

from entrypoints.settings_error import SettingsError


def read_secret(env: Env, variable: str, *, file: str) -> str | None:
    """The variable's value, or what the file named by `file` holds; None when neither is set."""
    value, path = env.str(variable, "") or None, env.str(file, "") or None
    if value is not None and path is not None:
        raise SettingsError(f"{variable} and {file} are both set; which one is meant?")
    if path is None:
        return value
    try:
        return Path(path).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {path} cannot be read ({error})") from error
