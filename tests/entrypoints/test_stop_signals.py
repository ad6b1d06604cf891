import os
import signal
import subprocess
import sys
import threading
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
import os, signal, threading
signal.signal(signal.SIGHUP, signal.SIG_IGN)
from entrypoints.stop_signals import StopSignals, shield_stop_signals, stop_signals

def hang_up():
    os.kill(os.getpid(), signal.SIGHUP)

plain = StopSignals()
plain.install()
hang_up()
print(plain.wait(0))
is_ending, shielded = shield_stop_signals(stop_signals()), threading.Event()
signal.signal(signal.SIGTERM, lambda number, frame: shielded.set())
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


TOGETHER = """
import os, signal, subprocess, sys, threading
from entrypoints.stop_signals import StopSignals

signals, never = StopSignals(), threading.Event()
signals.install()

def tick(seconds):
    while True:
        never.wait(seconds)

for seconds in (0.01, 0.1, 0.5, 1, 60):
    threading.Thread(target=tick, args=(seconds,), daemon=True).start()
print("ready", flush=True)
for _ in range({rounds}):
    signals.wait()
    signals.wait()
    print("stopped", flush=True)
"""
ROUNDS = 200


def test_no_signal_is_lost_on_a_process_with_threads_when_two_come_together() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TOGETHER.format(rounds=ROUNDS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    out = process.stdout
    # Only so that a lost signal ends the test instead of hanging it.
    patience = threading.Timer(60, process.kill)
    patience.start()
    try:
        assert out.readline() == "ready\n"
        for _ in range(ROUNDS):
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            assert out.readline() == "stopped\n"
        assert process.wait() == 0
    finally:
        patience.cancel()
        process.kill()
        process.wait()
        out.close()


FORKED = """
import os, signal
from entrypoints.stop_signals import StopSignals

signals = StopSignals()
signals.install()
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGTERM)
    os._exit(0)
os.waitpid(child, 0)
print(signals.wait(0))
"""


def test_a_signal_that_a_forked_child_gets_does_not_stop_its_parent() -> None:
    run = subprocess.run(
        [sys.executable, "-c", FORKED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert run.stdout == "False\n", run.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_wait_for_it(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in stop_signals()}
    wakeup = signal.set_wakeup_fd(-1)
    signals = StopSignals()
    signals.install()
    try:
        assert not signals.wait(0)
        os.kill(os.getpid(), number)
        assert signals.wait(10)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(wakeup)
