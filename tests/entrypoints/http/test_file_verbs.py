"""Files: what can be done to them."""

from flask.testing import FlaskClient

from tests.entrypoints.http.service import MIXED, HttpService, assert_problem, upload


def test_reprocessing_starts_a_new_generation(client: FlaskClient, service: HttpService) -> None:
    link = upload(client, MIXED)["links"]["self"]
    assert_problem(client.post(f"{link}/reprocess"), 409, "illegal_transition")
    service.process()

    answer = client.post(f"{link}/reprocess")

    file = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (202, link)
    assert (file["status"], file["generation"], file["rows"]) == ("PENDING", 2, None)
    assert_problem(client.get(f"{link}/results/clean.csv"), 404, "result_not_found")
    service.process()
    assert client.get(link).get_json()["outcome"] == "partial"


def test_cancelling_twice_gives_the_same_answer_and_a_finished_file_409(
    client: FlaskClient, service: HttpService
) -> None:
    cancelled, finished = upload(client)["links"]["self"], upload(client)["links"]["self"]

    first, second = client.post(f"{cancelled}/cancel"), client.post(f"{cancelled}/cancel")

    assert first.status_code == second.status_code == 202
    assert first.get_json() == second.get_json()
    assert (first.get_json()["status"], first.get_json()["outcome"]) == ("FAILED", "cancelled")
    service.process()
    assert_problem(client.post(f"{finished}/cancel"), 409, "illegal_transition")
    assert client.get(cancelled).get_json()["outcome"] == "cancelled"


def test_a_deleted_file_is_gone_on_every_route_and_deleting_again_is_204(
    client: FlaskClient, service: HttpService
) -> None:
    link = upload(client)["links"]["self"]
    service.process()

    first, second = client.delete(link), client.delete(link)

    assert (first.status_code, first.data, second.status_code) == (204, b"", 204)
    assert not service.storage.keys
    for route in ("", "/content", "/results", "/results/clean.csv", "/errors", "/history"):
        assert_problem(client.get(f"{link}{route}"), 410, "file_deleted")
    for verb in ("reprocess", "cancel"):
        assert_problem(client.post(f"{link}/{verb}"), 410, "file_deleted")
    assert client.get("/files").get_json()["total"] == 0
