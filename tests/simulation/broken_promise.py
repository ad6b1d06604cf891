"""What a simulated run has found: a promise of the protocol that did not hold."""


class BrokenPromiseError(AssertionError):
    """`invariant` is its name in the protocol: I6, L1 and so on.

    Promises that have no number there are B1 (while a dependency is away work rests), B2 (work
    is given back when one is known to be away), B3 (no attempt takes longer than it may) and
    R1 (nothing is forgotten before its time).
    """

    def __init__(self, invariant: str, message: str) -> None:
        super().__init__(f"{invariant}: {message}")
        self.invariant = invariant


def require(is_kept: bool, invariant: str, message: str) -> None:
    """Raises BrokenPromiseError of `invariant` unless it is kept."""
    if not is_kept:
        raise BrokenPromiseError(invariant, message)
