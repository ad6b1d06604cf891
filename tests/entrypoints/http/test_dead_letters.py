"""Dead letters over HTTP: listed from the record, redriven after a dry run."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
import structlog.testing
from flask.testing import FlaskClient

from application.use_cases.redrive_dead_letters import MOST_FAILURES_IN_A_ROW
from entrypoints.http.dead_letters import REDRIVEN_AT_ONCE
from tests.builders import build_fault
from tests.entrypoints.http.given_up import give_up
from tests.entrypoints.http.service import TENANT, HttpService, assert_problem, upload
from tests.faults import CommitFault, FaultyUnitsOfWork

REDRIVE = "/dead-letters/redrive"


def listed(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(f"/dead-letters{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [item["id"] for item in answer.get_json()["items"]]


def outcomes(service: HttpService, ids: Sequence[str]) -> list[Any]:
    return [service.database.tables.files[UUID(file_id)].outcome for file_id in ids]


def test_a_dead_letter_tells_why_when_and_whose_it_is(
    client: FlaskClient, service: HttpService
) -> None:
    [file_id] = give_up(service, tenant="other")

    answer = client.get("/dead-letters").get_json()

    assert answer["next"] is None
    [item] = answer["items"]
    assert item == {
        "id": file_id,
        "tenant": "other",
        "originalName": "people.csv",
        "fileSize": 8,
        "errorCode": "internal_error",
        "errorMessage": "something broke",
        "failures": 1,
        "attempt": 0,
        "generation": 1,
        "createdAt": "2026-11-23T09:00:00.000000Z",
        "deadLetteredAt": "2026-11-23T09:00:00.000000Z",
        "links": {"self": f"/files/{file_id}", "history": f"/files/{file_id}/history"},
    }


def test_files_with_another_end_are_no_dead_letters(
    client: FlaskClient, service: HttpService
) -> None:
    upload(client)
    service.process()
    upload(client)

    assert listed(client) == []


def test_code_tenant_and_window_filter(client: FlaskClient, service: HttpService) -> None:
    [first] = give_up(service)
    [second] = give_up(service, code="resource_limit")
    [third] = give_up(service, tenant="other")

    assert listed(client) == [third, second, first]
    assert listed(client, "?code=resource_limit") == [second]
    assert listed(client, "?tenant=other") == [third]
    assert listed(client, "?deadLetteredAfter=2026-11-23T09:00:00Z") == [third, second]
    assert listed(client, "?deadLetteredBefore=2026-11-23T09:00:01Z") == [first]


def test_pages_go_on_by_their_links_and_keep_the_filters(
    client: FlaskClient, service: HttpService
) -> None:
    ids = give_up(service, 5)
    give_up(service, tenant="other")

    found, path = [], f"/dead-letters?tenant={TENANT}&limit=2"
    while path:
        answer = client.get(path)
        page = answer.get_json()
        found.append([item["id"] for item in page["items"]])
        path = page["next"]
        assert ('rel="next"' in answer.headers["Link"]) == (path is not None)
        assert 'rel="first"' in answer.headers["Link"]

    assert found == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("cursor=x", "cursor"),
        ("cursor=MjAyNg", "cursor"),
        ("cursor=%FF", "cursor"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("code=", "code"),
        ("deadLetteredAfter=yesterday", "deadLetteredAfter"),
        ("page=2", "page"),
        ("tenant=a&tenant=b", "tenant"),
    ],
)
def test_a_query_that_means_nothing_is_refused_by_name(
    client: FlaskClient, query: str, parameter: str
) -> None:
    problem = assert_problem(client.get(f"/dead-letters?{query}"), 422, "invalid_parameter")

    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]


def test_unless_told_otherwise_a_redrive_only_says_what_it_would_touch(
    client: FlaskClient, service: HttpService
) -> None:
    ids = give_up(service, 12)

    answer = client.post(REDRIVE, json={"code": "internal_error"})

    assert answer.status_code == 200
    preview = answer.get_json()
    assert (preview["dryRun"], preview["count"], preview["countIsExact"]) == (True, 12, True)
    assert [item["id"] for item in preview["first"]] == ids[:1:-1]
    assert preview["skipped"] == []
    assert set(outcomes(service, ids)) == {"dead_lettered"}


def test_what_was_shown_is_confirmed_and_nothing_given_up_since(
    client: FlaskClient, service: HttpService
) -> None:
    shown = give_up(service, 2)
    confirm = client.post(REDRIVE, json={"all": True}).get_json()["confirm"]
    later = give_up(service)

    answer = client.post(REDRIVE, json=confirm)

    assert answer.status_code == 202
    assert answer.get_json() == {
        "dryRun": False,
        "redriven": shown[::-1],
        "skipped": [],
        "failed": [],
        "next": None,
    }
    assert outcomes(service, [*shown, *later]) == [None, None, "dead_lettered"]


def test_redriving_twice_is_redriving_once(client: FlaskClient, service: HttpService) -> None:
    ids = give_up(service, 2)
    body = {"ids": ids, "dryRun": False}

    first, second = (client.post(REDRIVE, json=body).get_json() for _ in range(2))

    assert (sorted(first["redriven"]), first["skipped"]) == (ids, [])
    assert (second["redriven"], second["skipped"]) == ([], ids)
    assert {service.database.tables.files[UUID(it)].generation for it in ids} == {2}


def test_a_redriven_file_is_worked_on(client: FlaskClient, service: HttpService) -> None:
    file_id = upload(client)["id"]
    service.change(file_id, lambda file: file.bury(build_fault(), at=service.clock.now()))

    client.post(REDRIVE, json={"ids": [file_id], "dryRun": False})
    service.process()

    file = client.get(f"/files/{file_id}").get_json()
    assert (file["outcome"], file["generation"]) == ("clean", 2)


def test_ids_that_are_no_dead_letters_are_named(client: FlaskClient, service: HttpService) -> None:
    pending = upload(client)["id"]
    [dead] = give_up(service)
    body = {"ids": [pending, dead, dead.upper()]}

    preview = client.post(REDRIVE, json=body).get_json()
    report = client.post(REDRIVE, json=preview["confirm"]).get_json()

    assert (preview["count"], preview["skipped"]) == (1, [pending])
    assert (report["redriven"], report["skipped"]) == ([dead], [pending])


def test_many_dead_letters_are_redriven_call_by_call(
    client: FlaskClient, service: HttpService
) -> None:
    ids = give_up(service, REDRIVEN_AT_ONCE + 5)

    first = client.post(REDRIVE, json={"all": True, "dryRun": False}).get_json()
    second = client.post(REDRIVE, json=first["next"]).get_json()

    assert [len(report["redriven"]) for report in (first, second)] == [REDRIVEN_AT_ONCE, 5]
    assert second["next"] is None
    assert set(outcomes(service, ids)) == {None}


def test_a_file_that_fails_is_told_beside_those_that_did_not(service: HttpService) -> None:
    [older, newer] = give_up(service, 2)
    faults = iter([CommitFault.REFUSED])
    service.units_of_work = FaultyUnitsOfWork(
        service.units_of_work, next_fault=lambda: next(faults, None)
    )

    with structlog.testing.capture_logs() as lines:
        answer = service.app().test_client().post(REDRIVE, json={"all": True, "dryRun": False})

    report = answer.get_json()
    assert (answer.status_code, report["redriven"]) == (202, [older])
    [failed] = report["failed"]
    assert (failed["id"], failed["code"]) == (newer, "database_unavailable")
    assert "connection lost" not in failed["detail"]
    [line] = [line for line in lines if line["event"] == "redrive_failed"]
    assert (line["file_id"], line["log_level"]) == (newer, "warning")


def test_files_that_others_hold_do_not_keep_a_caller_from_those_behind_them(
    service: HttpService,
) -> None:
    ids = give_up(service, MOST_FAILURES_IN_A_ROW + 1)
    faults = iter([CommitFault.REFUSED] * MOST_FAILURES_IN_A_ROW)
    service.units_of_work = FaultyUnitsOfWork(
        service.units_of_work, next_fault=lambda: next(faults, None)
    )
    client = service.app().test_client()

    first = client.post(REDRIVE, json={"all": True, "dryRun": False})
    second = client.post(REDRIVE, json=first.get_json()["next"])

    assert first.status_code == 202
    assert [it["id"] for it in first.get_json()["failed"]] == ids[:0:-1]
    assert (second.get_json()["redriven"], second.get_json()["next"]) == (ids[:1], None)


def test_ids_that_a_call_did_not_come_to_are_what_the_next_one_names(service: HttpService) -> None:
    ids = give_up(service, MOST_FAILURES_IN_A_ROW + 2)
    faults = iter([None, *[CommitFault.REFUSED] * MOST_FAILURES_IN_A_ROW])
    service.units_of_work = FaultyUnitsOfWork(
        service.units_of_work, next_fault=lambda: next(faults, None)
    )
    client = service.app().test_client()

    first = client.post(REDRIVE, json={"ids": ids, "dryRun": False}).get_json()
    second = client.post(REDRIVE, json=first["next"]).get_json()

    assert first["next"] == {"ids": ids[:1], "dryRun": False}
    assert (second["redriven"], second["skipped"]) == (ids[:1], [])


def test_when_nothing_could_be_redriven_the_answer_is_a_problem(service: HttpService) -> None:
    give_up(service, 2)
    service.units_of_work = FaultyUnitsOfWork(
        service.units_of_work, next_fault=lambda: CommitFault.REFUSED
    )

    answer = service.app().test_client().post(REDRIVE, json={"all": True, "dryRun": False})

    assert_problem(answer, 503, "database_unavailable")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, [""]),
        ({"dryRun": False}, [""]),
        ({"all": False}, [""]),
        ({"all": True, "code": "internal_error"}, ["/all"]),
        ({"ids": []}, ["/ids"]),
        ({"ids": ["x"]}, ["/ids"]),
        ({"ids": [7]}, ["/ids"]),
        ({"ids": None}, ["/ids"]),
        ({"ids": ["01900000-0000-7000-8000-000000000000"] * 101}, ["/ids"]),
        ({"code": 7}, ["/code"]),
        ({"code": "a", "dryRun": "false"}, ["/dryRun"]),
        ({"code": "a", "dryRun": 0}, ["/dryRun"]),
        ({"code": "a", "cursor": "x"}, ["/cursor"]),
        ({"tenant": "", "deadLetteredAfter": "2026"}, ["/deadLetteredAfter", "/tenant"]),
        ({"code": "a", "dry_run": False}, ["/dry_run"]),
        ([], [""]),
        ("all", [""]),
    ],
)
def test_a_body_that_means_nothing_is_refused_and_touches_nothing(
    client: FlaskClient, service: HttpService, body: Any, pointers: list[str]
) -> None:
    ids = give_up(service)

    problem = assert_problem(client.post(REDRIVE, json=body), 422, "invalid_member")

    assert sorted(fault["pointer"] for fault in problem["errors"]) == pointers
    assert outcomes(service, ids) == ["dead_lettered"]


def test_a_body_that_is_no_json_is_refused(client: FlaskClient) -> None:
    plain = client.post(REDRIVE, data="all")
    broken = client.post(REDRIVE, data="{", content_type="application/json")
    endless = client.post(REDRIVE, json={"code": "x" * 70_000})

    assert_problem(plain, 415, "not_json")
    assert_problem(broken, 400, "malformed_json")
    assert_problem(endless, 413, "body_too_large")
