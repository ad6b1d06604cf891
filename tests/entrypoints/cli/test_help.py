"""What `--help` says of where an option's value comes from when it is not given."""

import re

import pytest
from click.testing import CliRunner

from entrypoints.cli.main import main


def help_of(command: str, option: str) -> str:
    """What the command's help says of the option, on one line."""
    shown = CliRunner().invoke(main, [command, "--help"]).output
    found = re.search(rf"^  {option} [A-Z\[].*?(?=^  -|\Z)", shown, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, shown
    return " ".join(found[0].split())


@pytest.mark.parametrize("option", ["--data-dir", "--log-level"])
def test_a_demo_does_not_promise_to_heed_what_it_passes_over(option: str) -> None:
    assert "GRISTMILL_" not in help_of("demo", option)


@pytest.mark.parametrize("command", ["api", "worker"])
def test_a_process_alone_does_not_speak_of_another_command(command: str) -> None:
    assert help_of(command, "--log-level").endswith("[GRISTMILL_LOG_LEVEL, INFO]")


def test_up_tells_that_its_log_is_shorter_on_a_terminal() -> None:
    said = help_of("up", "--log-level")

    assert said.endswith("[GRISTMILL_LOG_LEVEL, INFO; WARNING on a terminal]")


def test_infer_tells_how_many_rows_it_looks_at_and_what_it_finds_out_itself() -> None:
    assert "[default: 10000;" in help_of("infer", "--sample-rows")
    assert help_of("infer", "--encoding").endswith("[told by its content]")
    assert help_of("infer", "--delimiter").endswith("[told by its content]")
