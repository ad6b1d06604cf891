"""What stands between the marks of a chunk of JSON, where only blanks may."""

from typing import Final

import numpy as np
import numpy.typing as npt

from adapters.tabular.fast.marks import Flags, Positions

Bytes = npt.NDArray[np.uint8]

BLANKS: Final = b" \t\r\n"
# More than any indentation; a longer gap is read exactly.
_LONGEST_GAP: Final = 64


def first_filled(octets: Bytes, begins: Positions, ends: Positions) -> int:
    """The first of the marks `begins` behind which something stands that is no blank.

    Looked at is what stands between each of them and the mark at its end; a gap that is longer
    than any indentation counts as filled. The chunk's length when there is none.
    """
    stands = begins + 1
    found = len(octets)
    for _ in range(_LONGEST_GAP):
        is_left = stands < ends
        begins, ends, stands = begins[is_left], ends[is_left], stands[is_left]
        if not len(begins):
            return found
        is_blank = _are_blank(octets[stands])
        if not is_blank.all():
            found = min(found, int(begins[~is_blank].min()))
        stands = stands + 1
    is_left = stands < ends
    return min(found, int(begins[is_left].min())) if is_left.any() else found


def trim(octets: Bytes, starts: Positions, ends: Positions, *, chosen: Positions) -> None:
    """Moves the ends of the chosen texts past blanks; past no more than an indentation."""
    at_start = at_end = chosen
    for _ in range(_LONGEST_GAP):
        at_start = at_start[starts[at_start] < ends[at_start]]
        at_start = at_start[_are_blank(octets[starts[at_start]])]
        starts[at_start] += 1
        at_end = at_end[starts[at_end] < ends[at_end]]
        at_end = at_end[_are_blank(octets[ends[at_end] - 1])]
        ends[at_end] -= 1
        if not len(at_start) and not len(at_end):
            return


def _are_blank(octets: Bytes) -> Flags:
    blanks = [octets == blank for blank in BLANKS]
    are_blank: Flags = blanks[0] | blanks[1] | blanks[2] | blanks[3]
    return are_blank
