"""Children that die, swell, spin, hang and lie; the worker and the next file live on."""

import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from adapters.sandbox.frames import BrokenFrameError
from adapters.sandbox.limits import SandboxLimits
from adapters.sandbox.served_job import EngineCrashedError
from application.errors import (
    EngineUnavailableError,
    ProcessingStoppedError,
    ResourceLimitError,
    StorageUnavailableError,
)
from domain.errors import InvalidOptionError
from domain.progress import Progress
from tests.adapters.sandbox.sandboxes import Sandbox, job_of, sandbox
from tests.adapters.tabular.mill import BytesSource, KeptSinks

MIB = 1024 * 1024
LIMITS = SandboxLimits(memory_bytes=96 * MIB, cpu_seconds=1, scratch_bytes=4 * MIB)


@pytest.fixture(scope="module")
def wild(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for all tests, so that each works after the deaths of those before it."""
    with sandbox(tmp_path_factory.mktemp("scratch"), limits=LIMITS) as made:
        yield made


def check_that_it_goes_on(wild: Sandbox) -> None:
    """The next file is read as if nothing had been, and nothing is left of the last."""
    sinks = KeptSinks()
    assert list(wild.scratch.iterdir()) == []
    assert wild.process(b"a,b\n1,2\n", sinks=sinks).rows.read == 8
    assert sinks.kept == {"clean.csv": b"a,b\n1,2\n"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"killed", "ended by SIGKILL"),
        (b"segfault", "ended by SIGSEGV"),
        (b"aborted", "ended by SIGABRT"),
        (b"leaves", "exited with 3"),
        (b"spins", "1 s of processor time"),
        (b"swells", "100663296 bytes of memory"),
        (b"leaps", "100663296 bytes of memory"),
        (b"fills", "a temporary file may take 4194304 bytes"),
        (b"limit", "too deep a heap"),
    ],
)
def test_a_file_that_costs_the_process_its_life_exceeds_a_limit(
    content: bytes, reason: str, wild: Sandbox
) -> None:
    with pytest.raises(ResourceLimitError, match=reason):
        wild.process(content)

    check_that_it_goes_on(wild)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"defect", "KeyError: 'a defect'"),
        (b"panics", "PanicError: a panic"),
        (b"foreign", "nothing is stored at none of the engine's errors"),
    ],
)
def test_a_defect_of_the_engine_is_told_with_its_traceback(
    content: bytes, cause: str, wild: Sandbox
) -> None:
    with pytest.raises(EngineCrashedError, match=cause) as raised:
        wild.process(content)

    [note] = raised.value.__notes__
    assert note.startswith("Traceback")
    assert "wild_engine.py" in note
    check_that_it_goes_on(wild)


def test_an_error_of_the_port_arrives_as_it_was_raised(wild: Sandbox) -> None:
    with pytest.raises(InvalidOptionError) as option:
        wild.process(b"option")
    with pytest.raises(StorageUnavailableError) as full:
        wild.process(b"full")

    assert (option.value.option, option.value.value) == ("delimiter", "x")
    assert option.value.expected == "one of them"
    assert full.value.reason == "no room for keys"
    check_that_it_goes_on(wild)


@pytest.mark.parametrize("content", [b"garbage", b"nonsense", b"endless", b"strange", b"climbs"])
def test_a_process_that_says_what_makes_no_sense_is_not_listened_to(
    content: bytes, wild: Sandbox
) -> None:
    sinks = KeptSinks()

    with pytest.raises(BrokenFrameError):
        wild.process(content, sinks=sinks)

    assert sinks.kept == {}
    check_that_it_goes_on(wild)


@pytest.mark.parametrize("content", [b"hangs", b"half", b"spins"])
def test_a_process_that_answers_nothing_is_stopped_all_the_same(
    content: bytes, wild: Sandbox
) -> None:
    looks = iter([False] * 3)

    with pytest.raises(ProcessingStoppedError):
        wild.process(content, should_stop=lambda: next(looks, True))

    check_that_it_goes_on(wild)


def test_a_result_that_the_process_dies_in_is_not_kept(wild: Sandbox) -> None:
    sinks = KeptSinks()

    with pytest.raises(ResourceLimitError):
        wild.process(b"sink", sinks=sinks)

    assert sinks.kept == {}
    check_that_it_goes_on(wild)


def test_temporary_files_go_with_the_job_whatever_becomes_of_it(wild: Sandbox) -> None:
    with pytest.raises(ResourceLimitError):
        wild.process(b"litters")

    check_that_it_goes_on(wild)


def test_a_file_beside_one_that_dies_is_not_affected(wild: Sandbox) -> None:
    has_begun, may_end = threading.Event(), threading.Event()
    outcomes: list[BaseException] = []

    def die() -> None:
        def look() -> bool:
            has_begun.set()
            return may_end.is_set()

        try:
            wild.process(b"hangs", should_stop=look)
        except ProcessingStoppedError as error:
            outcomes.append(error)

    dying = threading.Thread(target=die)
    dying.start()
    has_begun.wait()
    for content in (b"killed", b"defect"):
        with pytest.raises((ResourceLimitError, EngineCrashedError)):
            wild.process(content)
    assert wild.process(b"a\n").rows.read == 2
    may_end.set()
    dying.join()

    assert len(outcomes) == 1
    check_that_it_goes_on(wild)


def test_what_a_process_prints_is_told_and_disturbs_nothing(wild: Sandbox) -> None:
    report = wild.process(b"chatters")

    assert report.rows.read == len(b"chatters")
    assert wild.record.said[-1].endswith("the end")
    assert len(wild.record.said[-1]) <= 4_000


def test_a_process_that_dies_leaves_no_core(wild: Sandbox) -> None:
    wild.process(b"dumps")

    assert wild.record.said[-1] == "core: 0"


def test_a_process_is_kept_for_the_next_file(tmp_path: Path) -> None:
    with sandbox(tmp_path) as made:
        for _ in range(5):
            made.process(b"a\n")

        assert len(made.record.started) == 1


def test_a_reading_that_was_left_open_ends_with_its_file(tmp_path: Path) -> None:
    with sandbox(tmp_path) as made:
        made.process(b"forgets")

        assert made.process(b"remembers").rows.read == len(b"remembers")
        assert len(made.record.started) == 1


def test_a_process_that_has_read_its_share_makes_room_for_another(tmp_path: Path) -> None:
    with sandbox(tmp_path, limits=replace(LIMITS, files_per_child=2)) as made:
        for _ in range(5):
            made.process(b"a\n")

        assert len(made.record.started) == 3


def test_a_process_that_died_while_it_was_idle_is_replaced(tmp_path: Path) -> None:
    with sandbox(tmp_path) as made:
        made.process(b"a\n")
        kill(made.record.started[0])

        assert made.process(b"a\n").rows.read == 2
        assert len(made.record.started) == 2


@pytest.mark.parametrize("command", [("/nowhere/python",), ("/bin/sh", "-c", "exit 4")])
def test_a_process_that_never_began_is_no_fault_of_the_file(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    with sandbox(tmp_path, command=command) as made, pytest.raises(EngineUnavailableError):
        made.process(b"a\n")

    assert list(tmp_path.iterdir()) == []


def test_without_a_place_for_temporary_files_the_work_is_tried_again(tmp_path: Path) -> None:
    with sandbox(tmp_path / "gone") as made, pytest.raises(StorageUnavailableError):
        made.process(b"a\n")


def test_progress_is_passed_on(wild: Sandbox) -> None:
    seen: list[Progress] = []

    wild.process(b"a\n", progress=seen.append)

    assert seen == [Progress(bytes_read=2, rows_read=0)]


def test_a_look_at_the_beginning_fetches_one_part_more_than_it_sees(wild: Sandbox) -> None:
    fetched: list[int] = []

    class CountedSource(BytesSource):
        def open(self) -> Generator[bytes]:
            for chunk in super().open():
                fetched.append(len(chunk))
                yield chunk

    with pytest.raises(InvalidOptionError):
        wild.engine.process(job_of(CountedSource(b"peeks " * 1000, 100)))

    # Of two readings, each of which saw one and has asked for two in advance by now.
    assert len(fetched) <= 2 * 3


def test_an_engine_may_read_and_write_in_threads(wild: Sandbox) -> None:
    content = b"threads " * 100_000
    sinks, seen = KeptSinks(), list[Progress]()

    wild.engine.process(job_of(BytesSource(content, 10_000), sinks=sinks, progress=seen.append))

    expected = b"".join(b"%d," % number * 100 for number in range(1000))
    assert sinks.kept["a.csv"] == sinks.kept["b.csv"] == expected
    assert sinks.kept["sizes"] == repr([len(content)] * 2).encode()
    assert len(seen) == 2 * 1000 + 1


def kill(pid: int) -> None:
    """kill -9, and until it shows."""
    process = psutil.Process(pid)
    process.kill()
    process.wait()
