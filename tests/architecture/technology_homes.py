"""A contract for import-linter, named in pyproject.toml: one technology, one home."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class HomesField(fields.Field[Mapping[str, Sequence[str]]]):
    """A table from a third-party package to the modules that may import it."""

    def parse(self, raw_data: object) -> Mapping[str, Sequence[str]]:
        """The table as TOML gave it."""
        if not isinstance(raw_data, dict):
            raise fields.ValidationError("a table of package = [modules] is expected")
        return cast(Mapping[str, Sequence[str]], raw_data)


class TechnologyHomesContract(Contract):
    """Lets a third-party package be imported at its home alone.

    A package without a home may be imported nowhere: a new technology gets its place in
    the table before its first import. The built-in `protected` contract cannot say that,
    and stops at a package that nobody imports yet.
    """

    homes = HomesField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Kept when every third-party import is made from one of the package's homes."""
        strays = sorted(
            (importer, technology)
            for importer, technology in self._third_party_imports(graph)
            if not self._is_at_home(importer, technology)
        )
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Names each stray import and where it would be at home."""
        for importer, technology in check.metadata["strays"]:
            homes = ", ".join(self._homes_of(technology)) or "nowhere"
            output.print_error(f"- {importer} -> {technology} (at home in: {homes})", bold=False)
        output.new_line()

    def _third_party_imports(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        known = sys.stdlib_module_names | set(self.session_options["root_packages"])
        for imported in graph.modules:
            if imported.partition(".")[0] not in known:
                for importer in graph.find_modules_that_directly_import(imported):
                    yield importer, imported

    def _is_at_home(self, importer: str, technology: str) -> bool:
        return any(
            importer == home or importer.startswith(f"{home}.")
            for home in self._homes_of(technology)
        )

    def _homes_of(self, technology: str) -> Sequence[str]:
        return cast(Mapping[str, Sequence[str]], self.homes).get(technology, ())
