"""Where the database's numbers end and the caller's do not."""

from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from application.ports.file_repository import FileFilter
from tests.builders import TENANT, build_file


def test_a_page_beyond_what_the_database_can_count_is_empty(
    units_of_work: SqlUnitOfWorkFactory,
) -> None:
    with units_of_work.for_writing() as work:
        work.files.add(build_file())

        page = work.files.list(TENANT, FileFilter(), offset=10**30, limit=20)

        assert (page.items, page.total) == ((), 1)
