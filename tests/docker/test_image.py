"""The image is what the documents promise; that it builds, only an engine can show."""

from fnmatch import fnmatch

from tests.architecture.project import PACKAGES, ROOT
from tests.docker.dockerfile import stages

BUILDER, IMAGE = stages()


def test_it_runs_as_a_user_without_rights() -> None:
    assert IMAGE.all("USER") == ["10001:10001"]


def test_it_runs_its_programs_without_a_shell() -> None:
    assert IMAGE.exec_form("ENTRYPOINT") == ["gristmill"]
    assert IMAGE.exec_form("CMD") == ["up"]
    assert IMAGE.exec_form("HEALTHCHECK") == ["python3", "-P", "/opt/gristmill/health_check.py"]


def test_it_does_not_open_itself_to_others() -> None:
    assert "GRISTMILL_HOST=0.0.0.0" in IMAGE.one("ENV")
    assert not any("ALLOW_OPEN" in said for said in IMAGE.all("ENV") + IMAGE.all("CMD"))


def test_all_that_it_takes_from_the_build_is_the_environment() -> None:
    assert [said.split()[:-1] for said in IMAGE.all("COPY")] == [
        ["--from=builder", "/opt/gristmill"],
        ["--chmod=0644", "docker/health_check.py"],
    ]


def test_whatever_is_installed_from_an_index_is_pinned_by_its_hash() -> None:
    installs = [
        command
        for said in BUILDER.all("RUN")
        for command in said.split("&&")
        if " install " in command
    ]

    assert len(installs) == 3
    assert all("--require-hashes" in it or "--no-index" in it for it in installs)


def test_the_build_sees_what_it_copies_and_nothing_else() -> None:
    first, *lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()[1:]
    let_in = [line[1:] for line in lines if line.startswith("!")]
    copied = [
        source
        for stage in (BUILDER, IMAGE)
        for said in stage.all("COPY")
        if not said.startswith("--from")
        for source in said.split()[:-1]
        if not source.startswith("--")
    ]

    assert first == "*"
    assert set(PACKAGES) <= set(copied)
    assert all((ROOT / source).exists() for source in copied)
    assert [it for it in copied if not any(fnmatch(it, pattern) for pattern in let_in)] == []
    assert [it for it in let_in if not any(fnmatch(source, it) for source in copied)] == []
