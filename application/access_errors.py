"""Why a caller is not let in; see `application.errors` for what all errors have."""

from application.errors import ApplicationError


class MissingCredentialError(ApplicationError):
    """The caller shows nothing, and has to."""

    code = "missing_api_key"

    def __init__(self) -> None:
        super().__init__("send an API key as Authorization: Bearer gm_...")


class InvalidCredentialError(ApplicationError):
    """What the caller shows opens nothing; `reason` never repeats it."""

    code = "invalid_api_key"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownApiKeyError(ApplicationError):
    """There is no API key of that id."""

    code = "unknown_api_key"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"there is no API key {key_id[:100]!r}; gristmill keys list shows them")
        self.key_id = key_id


class ApiKeyTakenError(ApplicationError):
    """Two keys got the same id by chance."""

    code = "api_key_taken"
    retryable = True

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the id {key_id} is taken; try again")
        self.key_id = key_id
