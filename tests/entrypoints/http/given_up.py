"""Dead letters in the service in memory."""

from tests.builders import build_fault, build_file
from tests.entrypoints.http.service import TENANT, HttpService


def give_up(
    service: HttpService, count: int = 1, *, code: str = "internal_error", tenant: str = TENANT
) -> list[str]:
    """The ids of new dead letters, each given up a second after the one before."""
    ids = []
    for _ in range(count):
        file = build_file(tenant=tenant, created_at=service.clock.now())
        file.bury(build_fault(code=code), at=service.clock.now())
        with service.units_of_work.for_writing() as work:
            work.files.add(file)
            work.commit()
        ids.append(str(file.id))
        service.clock.advance(1)
    return ids
