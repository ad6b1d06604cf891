"""How `gristmill up` starts, stops and refuses."""

import os
import signal
import socket
import sqlite3
from pathlib import Path

from tests.end_to_end.service import Service, choose_port, run_gristmill, wait_until


def test_sigterm_ends_every_process_and_exits_with_0(service: Service) -> None:
    assert len(service.processes()) >= 4  # supervisor, API, its server, a worker

    assert service.stop() == 0

    assert service.processes() == []
    assert "Gristmill has stopped." in service.output


def test_ctrl_c_reaches_every_process_and_exits_with_0(service: Service) -> None:
    os.killpg(service.process.pid, signal.SIGINT)

    assert service.process.wait(60) == 0
    assert service.processes() == []
    assert "Traceback" not in service.output


def test_the_death_of_the_supervisor_leaves_no_orphan(service: Service) -> None:
    service.process.kill()
    service.process.wait()

    wait_until(lambda: service.processes() == [])


def test_after_the_death_of_the_supervisor_the_service_starts_again_at_once(
    service: Service,
) -> None:
    file_id = service.accepted("a.csv", b"a,b\n1,2\n")
    service.process.kill()
    service.process.wait()

    service.start()

    assert service.finished(file_id)["outcome"] == "clean"


def test_the_death_of_the_api_is_repaired(service: Service) -> None:
    (api,) = service.children("api")
    (server,) = [one for one in service.processes() if one.parent_pid == api.pid]
    os.kill(api.pid, signal.SIGKILL)

    wait_until(lambda: server.pid not in {one.pid for one in service.processes()})
    wait_until(service.is_ready)

    assert [one.pid for one in service.children("api")] != [api.pid]
    service.accepted("a.csv", b"a,b\n1,2\n")


def test_the_death_of_the_process_that_answers_is_repaired(service: Service) -> None:
    (api,) = service.children("api")
    (server,) = [one for one in service.processes() if one.parent_pid == api.pid]

    os.kill(server.pid, signal.SIGKILL)

    wait_until(lambda: api.pid not in {one.pid for one in service.processes()})
    wait_until(service.is_ready)
    assert service.finished(service.accepted("a.csv", b"a,b\n1,2\n"))["outcome"] == "clean"


def test_a_second_service_on_the_same_directory_is_refused(service: Service) -> None:
    second = run_gristmill(
        "up", "--port", "0", "--data-dir", str(service.data_dir), cwd=service.folder
    )

    assert second.returncode == 1
    assert str(service.data_dir) in second.stderr
    assert "in use" in second.stderr
    assert service.is_ready()


def test_of_two_services_that_start_together_one_runs_and_the_other_says_so(
    tmp_path: Path,
) -> None:
    services = [Service(tmp_path), Service(tmp_path)]
    try:
        for service in services:
            service.launch()
        wait_until(lambda: {service.process.poll() for service in services} == {None, 1})
        (winner,) = (service for service in services if service.process.poll() is None)

        wait_until(winner.is_ready)

        assert f"in use by gristmill up (process {winner.process.pid})" in winner.output
        assert "Traceback" not in winner.output
    finally:
        for service in services:
            service.kill()


def test_a_taken_port_is_refused_although_it_could_be_shared(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        refused = run_gristmill("up", "--port", port, cwd=tmp_path)

    assert refused.returncode == 1
    assert f"port {port}" in refused.stderr


def test_an_address_that_others_reach_is_refused_without_permission(tmp_path: Path) -> None:
    refused = run_gristmill("up", "--host", "0.0.0.0", cwd=tmp_path)

    assert refused.returncode == 1
    assert "--allow-open" in refused.stderr
    assert not (tmp_path / "gristmill-data").exists()


def test_a_data_directory_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        assert service.stop() == 0
    (database,) = service.data_dir.glob("*.db")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    refused = run_gristmill("up", "--port", str(choose_port()), cwd=tmp_path)

    assert refused.returncode == 1
    assert "newer version" in refused.stderr
    assert "Traceback" not in refused.stderr
