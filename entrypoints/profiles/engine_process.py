"""The process that reads the files for a worker, and may die of one.

Started as `python -m entrypoints.profiles.engine_process LIMITS DESCRIPTOR`, by nobody but a
worker; LIMITS are those of the engine, as JSON.
"""

import json
import os
import sys
import threading

from adapters.sandbox.serving import serve
from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.limits import Limits
from adapters.tabular.patterns import Re2PatternMatcher
from adapters.tabular.schema_inference import TabularSchemaInference
from entrypoints.parent_watch import end_with_stdin


def main() -> None:
    """Does what the worker says until it is gone."""
    end_with_stdin()
    # Nobody here multiplies matrices, and NumPy's threads for that would reserve memory each.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    limits = Limits(**json.loads(sys.argv[1]))
    serve(
        int(sys.argv[2]),
        new_engine=lambda scratch: TabularContentEngine(limits=limits, scratch=scratch),
        inference=TabularSchemaInference(limits=limits),
        patterns=Re2PatternMatcher(),
        new_guard=threading.Lock,
    )


if __name__ == "__main__":
    main()
