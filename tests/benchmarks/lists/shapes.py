"""What is asked of the list: every filter, few and many files, and what is asked together."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from application.ports.file_repository import FileFilter
from domain.file_status import FileStatus, Outcome
from domain.file_type import FileType


def received(number: float) -> datetime:
    """When that file came in."""
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=6 * number)


def shapes(rows: int) -> Mapping[str, FileFilter]:
    """The filters by what they say, among so many files."""
    early, late = received(rows * 0.3), received(rows * 0.4)
    failed, cancelled = FileStatus.FAILED, Outcome.CANCELLED
    made = {
        "no filter": FileFilter(),
        **{f"status={status}": FileFilter(status=status) for status in FileStatus},
        "outcome=clean": FileFilter(outcome=Outcome.CLEAN),
        "outcome=cancelled": FileFilter(outcome=cancelled),
        "type=csv": FileFilter(file_type=FileType.CSV),
        "type=ndjson": FileFilter(file_type=FileType.NDJSON),
        "schema=orders": FileFilter(schema_name="orders"),
        "schema=rare": FileFilter(schema_name="rare"),
        "schema=orders@1": FileFilter(schema_name="orders", schema_version=1),
        "schema=orders@3": FileFilter(schema_name="orders", schema_version=3),
        "q=export_": FileFilter(name_prefix="export_"),
        "q=export_99": FileFilter(name_prefix="export_99"),
        "q=export_12345": FileFilter(name_prefix="export_12345"),
        "q=nothing": FileFilter(name_prefix="nothing"),
        "q=orders-2024-02": FileFilter(name_prefix="orders-2024-02"),
        "createdAfter": FileFilter(created_after=late),
        "createdBefore": FileFilter(created_before=early),
        "schema=orders, FAILED": FileFilter(schema_name="orders", status=failed),
        "schema=orders, FAILED, json": FileFilter(
            schema_name="orders", status=failed, file_type=FileType.JSON
        ),
        "window, FAILED, json": FileFilter(
            status=failed, file_type=FileType.JSON, created_after=early, created_before=late
        ),
        "q=orders-, cancelled": FileFilter(name_prefix="orders-", outcome=cancelled),
        "q=orders-, FAILED": FileFilter(name_prefix="orders-", status=failed),
        "q=ord, schema=people": FileFilter(name_prefix="ord", schema_name="people"),
    }
    return MappingProxyType(made)
