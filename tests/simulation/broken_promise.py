"""What a simulated run has found: a promise of the protocol that did not hold."""


class BrokenPromiseError(AssertionError):
    """`invariant` is its name in the protocol: I6, L1 and so on."""

    def __init__(self, invariant: str, message: str) -> None:
        super().__init__(f"{invariant}: {message}")
        self.invariant = invariant
