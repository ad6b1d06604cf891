"""No log line holds what callers sent, nor a secret of the service."""

import shutil
from pathlib import Path

from tests.end_to_end.canaries import canary, found_in, send_all
from tests.end_to_end.service import Service, run_gristmill


def test_nothing_that_callers_send_is_in_the_log(tmp_path: Path) -> None:
    with Service(tmp_path, GRISTMILL_LOG_LEVEL="DEBUG") as service:
        ids = send_all(service)

        # What is stored of them is gone, and then the folder itself.
        objects = service.data_dir / "objects"
        for path in (objects / "uploads").rglob("*.csv"):
            path.unlink()
        for file_id in ids:
            service.http.get(f"{service.url}/files/{file_id}/content", timeout=30)
            service.http.post(f"{service.url}/files/{file_id}/reprocess", timeout=30)
        for file_id in ids:
            service.finished(file_id)
        shutil.rmtree(objects)
        objects.write_bytes(b"")
        assert service.upload(f"{canary('filename')}.csv", b"a\n1\n").status_code == 503
        for file_id in ids:
            service.http.get(f"{service.url}/files/{file_id}/results/clean.csv", timeout=30)

        log = service.output
        for event in ("stored_content_lost", "dependency_failed", ids[0]):
            assert event in log
        assert found_in(log) == []


def test_a_database_s_password_is_in_no_output(tmp_path: Path) -> None:
    secret = "canarypasswordzq7"
    settings = {
        "GRISTMILL_PROFILE": "aws",
        "GRISTMILL_S3_BUCKET": "none",
        "GRISTMILL_DATABASE_URL": f"postgresql://me:{secret}@127.0.0.1:1/gristmill",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "canaryaccessidzq7",
        "AWS_SECRET_ACCESS_KEY": "canaryaccesskeyzq7",
        "GRISTMILL_LOG_LEVEL": "DEBUG",
    }
    for command in ("api", "worker", "migrate", "doctor"):
        ended = run_gristmill(command, cwd=tmp_path, **settings)

        assert ended.returncode != 0
        shown = ended.stdout + ended.stderr
        assert found_in(shown, more=(secret, "canaryaccesskeyzq7")) == []
