"""A file that was given up, seen by an operator and redriven once its cause is mended."""

from pathlib import Path

from tests.end_to_end.service import Service, run_gristmill

SOON = {
    "GRISTMILL_BACKOFF_BASE_SECONDS": "0.1",
    "GRISTMILL_BACKOFF_STRATEGY": "fixed",
    "GRISTMILL_MAX_FAILURES": "2",
}
# Room for the engine and for little files, not for what reads large ones fast.
LITTLE_MEMORY = {"GRISTMILL_SANDBOX_MEMORY_BYTES": str(64 * 1024 * 1024)}
LARGE = b"a,b\n" + b"1,2\n" * 1_000_000


def test_a_file_that_was_given_up_completes_when_it_is_redriven_with_more_room(
    tmp_path: Path,
) -> None:
    with Service(tmp_path, **SOON, **LITTLE_MEMORY) as service:
        file_id = service.accepted("large.csv", LARGE)
        assert service.finished(file_id)["outcome"] == "dead_lettered"
        [letter] = service.get("/dead-letters?code=resource_limit")["items"]
        assert (letter["id"], letter["failures"]) == (file_id, 2)
        assert service.stop() == 0

    with Service(tmp_path, **SOON) as service:
        shown = redrive(tmp_path, service, "--code", "resource_limit")
        assert file_id in shown
        assert service.get(f"/files/{file_id}")["outcome"] == "dead_lettered"

        done = redrive(tmp_path, service, "--code", "resource_limit", "--yes")

        assert done == "1 dead letter was redriven.\n"
        file = service.finished(file_id)
        assert (file["outcome"], file["rows"]["accepted"]) == ("clean", 1_000_000)
        assert file["generation"] == 2
        assert service.get("/dead-letters")["items"] == []
        again = redrive(tmp_path, service, "--code", "resource_limit", "--yes")
        assert again == "0 dead letters were redriven.\n"


def redrive(folder: Path, service: Service, *arguments: str) -> str:
    """What the command says."""
    run = run_gristmill("redrive", "--url", service.url, *arguments, cwd=folder)
    assert run.returncode == 0, run.stderr
    return run.stdout
