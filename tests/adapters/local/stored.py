"""What is on the disk below a storage's root, and the key of most tests."""

from pathlib import Path

KEY = "uploads/1/people.csv"


def files_below(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
