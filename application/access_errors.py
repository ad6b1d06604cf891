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
