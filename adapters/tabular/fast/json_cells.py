"""Proven records as a table of cells, one column for each known name."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from adapters.tabular.decoding import is_utf8
from adapters.tabular.fast.cells import cell_name
from adapters.tabular.fast.json_kinds import MISSING
from adapters.tabular.fast.json_names import NameTable
from adapters.tabular.fast.json_scan import NO_NAME, JsonScan
from adapters.tabular.fast.json_values import Kinds, values_of
from adapters.tabular.fast.marks import Flags, Positions
from adapters.tabular.fast.octets import Octets


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonCells:
    """The members of records by their names: column n of `table` is that of name number n.

    A cell is null where the member is absent or null, and in every record that is not
    `is_sound`: one that may be no text, or has a member without a column, or one twice. `kinds`
    has one row for each column, one value for each record; see `Values` for what they say.
    """

    table: pl.DataFrame
    kinds: Kinds
    is_sound: Flags


def cut_members(
    chunk: bytes,
    scan: JsonScan,
    *,
    octets: Octets,
    names: NameTable,
    name_places: Positions,
    most_values: int,
) -> JsonCells:
    """The cells of a scan's records, of which none that is sound has more values than that.

    The members' names are at those places in the table of names, record by record.
    """
    members = scan.members
    is_sound = ~scan.is_unsound & _are_utf8(chunk, scan)
    places = _places(scan, names.numbers_at(name_places), width=names.width)
    # Fewer have a place where a name is unknown, or is there twice.
    counts = np.bincount(members.records, minlength=len(scan.ends))
    is_sound &= np.count_nonzero(places >= 0, axis=0) == counts
    is_sound &= scan.values <= most_values
    values = values_of(chunk, octets, scan, chosen=is_sound[members.records])
    kinds = np.where((places >= 0) & is_sound, _at(values.kinds, places), MISSING).astype(np.uint8)
    texts = values.octets.texts(
        _at(values.starts, places).ravel(),
        _at(values.lengths, places).ravel(),
        is_there=(kinds != MISSING).ravel(),
    )
    count = len(scan.ends)
    columns = [texts.slice(at * count, count).alias(cell_name(at)) for at in range(names.width)]
    return JsonCells(
        table=pl.DataFrame(columns),
        kinds=kinds,
        is_sound=is_sound,
    )


def _places(scan: JsonScan, numbers: Positions, *, width: int) -> Positions:
    """For each name and record the index of the member, -1 where there is none."""
    places = np.full((width, len(scan.ends)), -1)
    known = np.flatnonzero(numbers != NO_NAME)
    places[numbers[known], scan.members.records[known]] = known
    return places


def _at(values: np.ndarray, places: Positions) -> np.ndarray:
    return values[places] if len(values) else np.zeros(places.shape, values.dtype)


def _are_utf8(chunk: bytes, scan: JsonScan) -> Flags:
    if is_utf8(chunk[: scan.size]):
        return np.ones(len(scan.ends), np.bool_)
    spans = zip(scan.starts.tolist(), scan.ends.tolist(), strict=True)
    return np.array([is_utf8(chunk[start:end]) for start, end in spans], np.bool_)
