import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from entrypoints.stop_signals import StopSignals, stop_signals

ROOT = Path(__file__).parents[1].parent

SHIELDED = """
import os, signal, threading
from entrypoints.stop_signals import shield_stop_signals, stop_signals

is_ending = shield_stop_signals(stop_signals())
{before}
lock, calls, done = threading.Lock(), [], threading.Event()

def end(number, frame):
    # As granian's handler does it, with time enough for another signal to come in between.
    with lock:
        calls.append(number)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGHUP)
        threading.Event().wait(0.1)
    done.set()

signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
signal.signal(signal.SIGHUP, lambda number, frame: calls.append("started anew"))
{after}
assert done.wait(20)
print(len(calls), is_ending())
"""
TERMINATE = "os.kill(os.getpid(), signal.SIGTERM)"
HANG_UP = "os.kill(os.getpid(), signal.SIGHUP)"


@pytest.mark.parametrize(
    ("before", "after"), [("", TERMINATE), (TERMINATE, ""), ("", HANG_UP), (HANG_UP, "")]
)
def test_a_shielded_handler_is_called_once_whenever_and_however_often_signals_come(
    before: str, after: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SHIELDED.format(before=before, after=after)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert run.stdout == "1 True\n", run.stderr


NOHUP = """
import os, signal
signal.signal(signal.SIGHUP, signal.SIG_IGN)
from entrypoints.stop_signals import StopSignals, shield_stop_signals, stop_signals

def hang_up():
    os.kill(os.getpid(), signal.SIGHUP)

plain = StopSignals()
plain.install()
hang_up()
print(plain.wait(0))
is_ending, shielded = shield_stop_signals(stop_signals()), StopSignals()
shielded.install()
signal.signal(signal.SIGHUP, lambda number, frame: print("started anew"))
hang_up()
os.kill(os.getpid(), signal.SIGTERM)
print(shielded.wait(20), is_ending())
"""


def test_a_process_that_was_told_to_outlive_its_terminal_does_so() -> None:
    run = subprocess.run(
        [sys.executable, "-c", NOHUP],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert run.stdout == "False\nTrue True\n", run.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_wait_for_it(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in stop_signals()}
    signals = StopSignals()
    signals.install()
    try:
        assert not signals.wait(0)
        os.kill(os.getpid(), number)
        assert signals.wait(10)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
