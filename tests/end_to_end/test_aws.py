"""The aws profile: separate processes over a real PostgreSQL and an emulated Amazon."""

import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from psycopg.types.json import Json

from domain.part_plan import PART_BYTES
from tests.emulated_aws import CREDENTIALS
from tests.end_to_end.breakable_cloud import DATABASE, BreakableCloud
from tests.end_to_end.canaries import canary, found_in, send_all
from tests.end_to_end.cloud import CloudProcess, CloudService
from tests.end_to_end.real_files import REAL_FILES
from tests.end_to_end.service import choose_port, run_gristmill, wait_until
from tests.end_to_end.upload_client import PartedUpload
from tests.moto_process import MotoProcess
from tests.postgres import PostgresServer
from tests.provisioned_aws import plan_installation
from tests.tcp_proxy import TcpProxy

VISIBILITY_SECONDS = 5
SETTINGS = {
    "GRISTMILL_HEARTBEAT_SECONDS": "0.5",
    "GRISTMILL_LEASE_SECONDS": "4",
    "GRISTMILL_VISIBILITY_SECONDS": str(VISIBILITY_SECONDS),
    "GRISTMILL_LONG_POLL_SECONDS": "2",
    "GRISTMILL_DRAIN_SECONDS": "6",
    "GRISTMILL_BACKOFF_CAP_SECONDS": "1",
}
CONTENT = b"id,amount\n1,2\n"
MAX_RECEIVES = 3
WORK = "file-processing"


@pytest.fixture(scope="module")
def module_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cloud")


@pytest.fixture(scope="module")
def moto(module_folder: Path) -> Iterator[MotoProcess]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        with MotoProcess(module_folder, port=choose_port()) as moto:
            yield moto


@pytest.fixture(scope="module")
def cloud(
    module_folder: Path, moto: MotoProcess, postgres_server: PostgresServer
) -> Iterator[BreakableCloud]:
    clients = moto.clients()
    with TcpProxy(moto.port) as s3, TcpProxy(moto.port) as sns:
        installation = plan_installation(
            endpoint_url=moto.url,
            database_url=postgres_server.create_database(DATABASE),
            AWS_ENDPOINT_URL_S3=s3.url,
            AWS_ENDPOINT_URL_SNS=sns.url,
            GRISTMILL_S3_PUBLIC_ENDPOINT_URL=moto.url,
            **SETTINGS,
        )
        for command in ("provision", "migrate"):
            made = run_gristmill(command, cwd=module_folder, **installation.settings)
            assert made.returncode == 0, made.stderr
        with CloudService(module_folder, installation.settings) as service:
            yield BreakableCloud(
                service=service,
                installation=installation,
                clients=clients,
                s3=s3,
                s3_public_url=moto.url,
                sns=sns,
                postgres=postgres_server,
            )
    clients.close()


def test_the_doctor_finds_nothing_wrong(cloud: BreakableCloud) -> None:
    folder, settings = cloud.service.folder, cloud.installation.settings

    looked = run_gristmill("doctor", "--json", cwd=folder, **settings)

    assert looked.returncode == 0, looked.stdout
    assert "wrong" not in {probe["status"] for probe in json.loads(looked.stdout)["probes"]}


def test_parts_go_to_the_storage_itself_and_become_one_file_of_two_processes(
    cloud: BreakableCloud,
) -> None:
    service = cloud.service
    size = 2 * PART_BYTES + len(CONTENT)
    content = CONTENT * (size // len(CONTENT)) + b"1,2\n" * (size % len(CONTENT) // 4)
    content += b"\n" * (size - len(content))
    upload = PartedUpload.begin(
        service.url,
        lambda number: content[(number - 1) * PART_BYTES : number * PART_BYTES],
        http=service.http,
        name="large.csv",
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    addresses = list(upload.addresses((3, 1)))
    assert {address["url"].startswith(cloud.s3_public_url) for address in addresses} == {True}
    for address in addresses:
        upload.send(address)
    assert upload.arrived() == [1, 3]
    upload.send_parts([2])

    port = choose_port()
    other = CloudProcess(
        "other-api",
        arguments=["api", "--port", str(port)],
        folder=service.folder,
        settings=cloud.installation.settings,
    )
    try:
        other_url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _is_ready(service, other_url), what="the other API")
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(upload.complete, [service.url, other_url] * 2))
    finally:
        other.kill()

    assert {answer.status_code for answer in answers} == {202}, [it.text for it in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    file = service.finished(answers[0].json()["id"])
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert service.download(file["links"]["content"]) == content
    assert service.event_names(file["id"]).count("file_received") == 1


def _is_ready(service: CloudService, url: str) -> bool:
    with suppress(requests.RequestException):
        return service.http.get(f"{url}/health/ready", timeout=5).ok
    return False


def test_real_files_are_processed_and_fetched_from_the_storage_itself(
    cloud: BreakableCloud,
) -> None:
    service = cloud.service
    ids = {}
    for real in REAL_FILES:
        service.put_schema(real.schema_name, real.schema)
        ids[real] = service.accepted(real.name, real.content, schema=real.schema_name)

    for real, file_id in ids.items():
        file = service.finished(file_id)
        total, good = len(real.rows()), sum(map(real.is_good, real.rows()))
        assert (file["status"], file["outcome"], file["attempt"]) == ("COMPLETED", "partial", 1)
        assert (file["rows"]["read"], file["rows"]["accepted"]) == (total, good)
        check_fetched(cloud, file["links"]["content"], real.name, file["sha256"])
        for result in service.get(file["links"]["results"])["items"]:
            check_fetched(cloud, result["link"], result["name"], result["sha256"])


def check_fetched(cloud: BreakableCloud, path: str, name: str, sha256: str) -> None:
    """Follows a link into the storage: whose host, which bytes, and saved as what."""
    fetched = cloud.service.http.get(f"{cloud.service.url}{path}", timeout=30)
    assert fetched.status_code == 200
    assert [answer.status_code for answer in fetched.history] == [307]
    assert fetched.url.startswith(f"{cloud.s3_public_url}/{cloud.installation.names.bucket}/")
    assert hashlib.sha256(fetched.content).hexdigest() == sha256
    attachment = f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert fetched.headers["Content-Disposition"] == attachment


def test_uploads_are_accepted_while_sns_is_down_and_published_when_it_is_back(
    cloud: BreakableCloud,
) -> None:
    service = cloud.service
    with cloud.waiting_messages():
        ids = [service.accepted("a.csv", CONTENT) for _ in range(3)]
        wait_until(lambda: "messages_not_published" in service.processes_by_name["api"].output)
        assert {service.get(f"/files/{it}")["status"] for it in ids} == {"PENDING"}

    assert {service.finished(it)["outcome"] for it in ids} == {"clean"}


def test_while_s3_is_down_uploads_are_refused_and_files_wait_without_failing(
    cloud: BreakableCloud,
) -> None:
    service = cloud.service
    with cloud.waiting_messages():
        file_id = service.accepted("a.csv", CONTENT)
        cloud.s3.refuse()

    # One more than the failures that a file may have, and than the receives that a message
    # may: it was among the dead letters, and the watcher has sent the file's again.
    wait_until(lambda: service.event_names(file_id).count("file_retry_scheduled") > MAX_RECEIVES)
    refused = service.upload("b.csv", CONTENT)
    assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
    assert int(refused.headers["Retry-After"]) >= 1
    cloud.s3.mend()

    assert service.finished(file_id)["outcome"] == "clean"
    retries = [it for it in service.events(file_id) if it["event"] == "file_retry_scheduled"]
    assert {it["errorCode"] for it in retries} == {"dependency_unavailable"}


def test_work_outlasts_the_visibility_and_is_taken_over_when_its_worker_is_killed(
    cloud: BreakableCloud,
) -> None:
    service = cloud.service
    file_id, owner = cloud.start_slow_work()
    began = time.monotonic()
    wait_until(lambda: time.monotonic() > began + 1.5 * VISIBILITY_SECONDS)
    assert service.event_names(file_id) == ["file_received", "file_started"]

    service.processes_by_name[owner].kill()
    cloud.s3.mend()

    file = service.finished(file_id)
    assert (file["outcome"], file["attempt"]) == ("clean", 2)
    assert service.event_names(file_id)[2:] == ["file_taken_over", "file_completed"]
    assert service.events(file_id)[2]["details"]["leaseOwner"] != owner
    service.run_again(owner)


def test_a_worker_that_is_told_to_stop_gives_its_file_back(cloud: BreakableCloud) -> None:
    service = cloud.service
    file_id, owner = cloud.start_slow_work()

    assert service.processes_by_name[owner].stop() == 0
    cloud.s3.mend()

    file = service.finished(file_id)
    assert (file["outcome"], file["attempt"]) == ("clean", 2)
    assert service.event_names(file_id)[2:] == ["file_released", "file_started", "file_completed"]
    service.run_again(owner)


def test_a_database_that_restarts_loses_no_file_and_no_process(cloud: BreakableCloud) -> None:
    service = cloud.service
    file_id, _ = cloud.start_slow_work()

    cloud.postgres.stop()
    refused = service.upload("b.csv", CONTENT)
    cloud.postgres.start()
    cloud.s3.mend()

    assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
    assert int(refused.headers["Retry-After"]) >= 1
    assert service.finished(file_id)["outcome"] == "clean"
    assert service.event_names(file_id).count("file_completed") == 1
    assert service.finished(service.accepted("b.csv", CONTENT))["outcome"] == "clean"
    for process in service.processes_by_name.values():
        process.check_alive()


def test_a_message_that_comes_again_changes_nothing(cloud: BreakableCloud) -> None:
    service = cloud.service
    file_id = service.accepted("a.csv", CONTENT)
    service.finished(file_id)
    before = (service.get(f"/files/{file_id}"), service.events(file_id))
    [(body,)] = cloud.sql(
        "SELECT body FROM outbox WHERE file_id = %s AND topic = %s", file_id, WORK
    )

    queue_url = cloud.installation.queue_url(cloud.clients)
    for _ in range(5):
        cloud.clients.sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    wait_until(lambda: cloud.sizes(queue_url) == (0, 0))

    assert (service.get(f"/files/{file_id}"), service.events(file_id)) == before


def test_what_can_never_succeed_stays_among_the_dead_letters_until_somebody_mends_it(
    cloud: BreakableCloud,
) -> None:
    service = cloud.service
    service.put_schema("damaged", {"fields": [{"name": "id"}, {"name": "amount"}]})
    with cloud.waiting_messages():
        failing = service.accepted("a.csv", CONTENT, schema="damaged")
        changed = service.accepted("b.csv", CONTENT)
        [(descriptor,)] = cloud.sql("SELECT descriptor FROM schemas WHERE name = 'damaged'")
        cloud.sql("UPDATE schemas SET descriptor = '7' WHERE name = 'damaged'")
        key = service.get(f"/files/{changed}")["s3Key"]
        cloud.clients.s3.put_object(Bucket=cloud.bucket, Key=key, Body=b"something else")

    ends = [service.finished(it) for it in (failing, changed)]
    assert [(it["outcome"], it["errorCode"], it["attempt"]) for it in ends] == [
        ("dead_lettered", "internal_error", 3),
        ("dead_lettered", "input_changed", 1),
    ]
    dead_letter_url = cloud.installation.dead_letter_url(cloud.clients)
    wait_until(lambda: cloud.sizes(dead_letter_url) == (0, 2))

    cloud.sql("UPDATE schemas SET descriptor = %s WHERE name = 'damaged'", Json(descriptor))
    assert service.http.post(f"{service.url}/files/{failing}/reprocess", timeout=30).ok
    assert service.finished(failing)["outcome"] == "clean"
    assert cloud.sizes(dead_letter_url) == (0, 2)


def test_nothing_that_callers_send_and_no_signed_link_is_in_a_log(cloud: BreakableCloud) -> None:
    service = cloud.service
    headers = dict(service.http.headers)
    ids = send_all(service)
    cloud.s3.refuse()
    refused = service.upload(f"{canary('filename')}.csv", b"a\n1\n")
    cloud.s3.mend()
    service.http.headers.clear()
    service.http.headers.update(headers)
    # The link that a caller is sent to is the storage's key for as long as it lasts.
    link = service.http.get(
        f"{service.url}/files/{ids[0]}/content", allow_redirects=False, timeout=30
    ).headers["Location"]

    log = "".join(process.output for process in service.processes_by_name.values())

    assert refused.status_code == 503
    assert "X-Amz-Signature" in link
    for expected in ("dependency_failed", ids[0]):
        assert expected in log
    assert found_in(log, more=("X-Amz-Signature",)) == []
