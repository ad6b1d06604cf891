"""One contender in a process that does nothing else.

`python -m tests.benchmarks.alone NAME FILE REPETITIONS [WARM_UP_FILE]`. Prints the fastest
repetition and the most memory the process had, as JSON. A name may be shortened to any part
that only one contender has.
"""

import json
import resource
import sys
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from tests.benchmarks.contender import CONTENDERS, Contender, Work


def main() -> None:
    name, file, repetitions, *warm_up = sys.argv[1:]
    path = Path(file)
    work = _contender(name).work(path.suffix.removeprefix("."))
    if warm_up:
        _measured(work, Path(warm_up[0]))
    runs = [_measured(work, path) for _ in range(int(repetitions))]
    seconds, processor_seconds, accepted = min(runs, key=itemgetter(0))
    print(
        json.dumps(
            {
                "seconds": seconds,
                "processor_seconds": processor_seconds,
                "peak_megabytes": _peak_megabytes(),
                "accepted": accepted,
            }
        )
    )


def _contender(name: str) -> Contender:
    exact = [it for it in CONTENDERS if it.name == name]
    (contender,) = exact or [it for it in CONTENDERS if name in it.name]
    return contender


def _measured(work: Work, path: Path) -> tuple[float, float, int | None]:
    # Beside the file, so that results go to the same disk.
    with TemporaryDirectory(dir=path.parent) as folder:
        started, worked = perf_counter(), process_time()
        accepted = work(path, Path(folder))
        return perf_counter() - started, process_time() - worked, accepted


def _peak_megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000


if __name__ == "__main__":
    main()
