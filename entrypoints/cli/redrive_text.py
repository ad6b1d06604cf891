"""What `gristmill redrive` says."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any


def preview_lines(preview: Mapping[str, Any], chosen: Mapping[str, Any]) -> list[str]:
    """What would be redriven, and the command that does it."""
    return [*_shown(preview), *_not_dead(preview), *_how_to_go_on(preview, chosen)]


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """What became of them."""
    count = len(report["redriven"])
    return [
        f"{_dead_letters(count)} {'was' if count == 1 else 'were'} redriven.",
        *_not_dead(report),
        *(
            f"could not be redriven, run the command again: {failed['id']}"
            f" ({failed['code']}: {failed['detail']})"
            for failed in report["failed"]
        ),
    ]


def _shown(preview: Mapping[str, Any]) -> Iterator[str]:
    count, first = preview["count"], preview["first"]
    if not count:
        yield "No dead letter is chosen by that."
        return
    more_than = "" if preview["countIsExact"] else "more than "
    yield f"{more_than}{_dead_letters(count)} would be redriven:"
    for letter in first:
        facts = (letter["deadLetteredAt"], letter["errorCode"], letter["originalName"])
        yield "  ".join(["", letter["id"], *facts])
    if count > len(first):
        yield f"  and {count - len(first)} more, given up before these"


def _not_dead(answer: Mapping[str, Any]) -> Iterator[str]:
    for file_id in answer["skipped"]:
        yield f"skipped, since it is no dead letter, or none any more: {file_id}"


def _how_to_go_on(preview: Mapping[str, Any], chosen: Mapping[str, Any]) -> Iterator[str]:
    yield "Nothing was changed."
    if preview["count"]:
        confirmed = {**chosen, "before": preview["confirm"]["deadLetteredBefore"], "every": False}
        yield "To redrive these, and none given up since:"
        yield f"  {shlex.join(['gristmill', 'redrive', *_arguments(confirmed), '--yes'])}"


def _arguments(chosen: Mapping[str, Any]) -> Iterator[str]:
    yield from chosen["ids"]
    for name in ("code", "tenant", "after", "before"):
        if chosen[name]:
            yield from (f"--{name}", chosen[name])


def _dead_letters(count: int) -> str:
    return f"{count} dead letter{'' if count == 1 else 's'}"
