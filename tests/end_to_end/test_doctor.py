"""`gristmill doctor` beside a service that runs."""

import json

from tests.end_to_end.service import Service, run_gristmill


def test_beside_a_service_that_runs_everything_is_looked_at_and_right(service: Service) -> None:
    ended = run_gristmill("doctor", "--port", str(service.port), "--json", cwd=service.folder)

    report = json.loads(ended.stdout)
    assert {it["name"]: it["status"] for it in report["probes"]} == {
        "settings": "ok",
        "python": "ok",
        "data directory": "ok",
        "disk space": "ok",
        "database": "ok",
        "workers": "ok",
        "service": "ok",
    }
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not list(service.data_dir.glob("objects/doctor/**/*"))


def test_on_a_port_where_it_does_not_listen_it_is_not_found(service: Service) -> None:
    ended = run_gristmill("doctor", "--port", "1", "--no-workers", cwd=service.folder)

    assert ended.returncode == 1
    assert "nobody is ready on http://127.0.0.1:1" in ended.stdout
