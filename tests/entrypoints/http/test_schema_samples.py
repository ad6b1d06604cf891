"""Samples: schemas made of them, and what a schema would make of them; nothing is kept."""

import gzip
import hashlib
import io
from base64 import b64encode
from typing import NoReturn

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from application.errors import (
    EngineUnavailableError,
    ProcessingStoppedError,
    ResourceLimitError,
)
from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.schema_inference import Inference, InferenceJob, SchemaInference
from domain.processing_report import ProcessingReport
from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.service import (
    HttpService,
    assert_problem,
    csv_part,
    form,
    part,
    post_form,
    upload,
)

SCHEMA = {
    "fields": [
        {"name": "name", "type": "string", "constraints": {"required": True}},
        {"name": "age", "type": "integer"},
    ]
}
BAD = b"name,age\nAda,36\n,x\nBob,41\nCy,y\n"


@pytest.fixture
def people(client: FlaskClient) -> FlaskClient:
    """A client of a service that knows two versions of one schema."""
    client.put("/schemas/people", json={"fields": [{"name": "name", "type": "string"}]})
    client.put("/schemas/people", json=SCHEMA)
    return client


def send(
    client: FlaskClient, path: str, content: bytes, *, media_type: str = "text/csv", **headers: str
) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    # Given as `data`, an empty body would be replaced by an empty form.
    body = io.BytesIO(content)
    return client.post(path, input_stream=body, content_type=media_type, headers=named)


def types(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {field["name"]: field["type"] for field in answer.get_json()["schema"]["fields"]}


class TestInference:
    def test_a_schema_comes_with_the_evidence_for_each_field(self, client: FlaskClient) -> None:
        answer = send(client, "/schemas/infer", b"id,born\n1,2001-02-03\n2,\n3,\n").get_json()

        assert [field["type"] for field in answer["schema"]["fields"]] == ["integer", "date"]
        assert answer["evidence"]["rows"] == 3
        assert answer["evidence"]["isWhole"] is True
        born = answer["evidence"]["fields"][1]
        assert (born["values"], born["missing"], born["distinct"]) == (1, 2, 1)
        assert born["examples"] == ["2001-02-03"]

    @pytest.mark.parametrize(
        ("media_type", "content"),
        [
            ("text/csv", b"a,b\n1,x\n"),
            ("text/csv; charset=utf-8", b"a,b\n1,x\n"),
            ("text/tab-separated-values", b"a\tb\n1\tx\n"),
            ("application/json", b'[{"a": 1, "b": "x"}]'),
            ("application/x-ndjson", b'{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n'),
        ],
    )
    def test_a_sample_may_be_the_body(
        self, client: FlaskClient, media_type: str, content: bytes
    ) -> None:
        answer = send(client, "/schemas/infer", content, media_type=media_type)

        assert types(answer) == {"a": "integer", "b": "string"}

    def test_a_sample_may_be_a_file_in_a_form(self, client: FlaskClient) -> None:
        body = form(csv_part(gzip.compress(b"a;b\n1;x\n"), filename="p.csv.gz"))

        answer = post_form(client, body, path="/schemas/infer")

        assert types(answer) == {"a": "integer", "b": "string"}

    def test_how_it_is_written_is_said_in_the_query_or_in_the_form(
        self, client: FlaskClient
    ) -> None:
        content = "1|é\n2|ü\n".encode("windows-1252")
        options = {"encoding": "windows-1252", "header": "false"}
        fields = [part(name, text) for name, text in options.items()]

        by_query = client.post(
            "/schemas/infer", query_string=options, data=content, content_type="text/csv"
        )
        by_form = post_form(client, form(csv_part(content), *fields), path="/schemas/infer")

        assert list(types(by_query).values()) == ["integer", "string"]
        assert by_form.get_json() == by_query.get_json()

    def test_what_is_said_twice_is_refused(self, client: FlaskClient) -> None:
        body = form(csv_part(), part("header", "true"))

        answer = post_form(client, body, path="/schemas/infer?header=false")

        assert_problem(answer, 422, "repeated_field")

    def test_where_no_schema_can_be_made_the_reason_is_told(self, client: FlaskClient) -> None:
        problem = assert_problem(
            send(client, "/schemas/infer", b",\n1,2\n"), 422, "unreadable_sample"
        )

        assert problem["errors"] == [
            {"pointer": "/file", "detail": problem["detail"], "code": "no_header"}
        ]


class TestCheck:
    def test_the_verdict_comes_with_counts_and_the_first_errors(self, people: FlaskClient) -> None:
        answer = send(people, "/schemas/people/check", BAD).get_json()

        assert answer["schema"] == "people@2"
        assert answer["rows"] == {"read": 4, "accepted": 2, "rejected": 2, "skipped": 0}
        assert answer["errorTotal"] == 3
        assert {
            (total["code"], total["column"], total["count"]) for total in answer["errorCounts"]
        } == {
            ("required", "name", 1),
            ("type_error", "age", 2),
        }
        assert [(error["row"], error["column"]) for error in answer["errors"]] == [
            (2, "name"),
            (2, "age"),
            (4, "age"),
        ]

    def test_the_verdict_is_that_of_an_upload_of_the_same_file(
        self, people: FlaskClient, service: HttpService
    ) -> None:
        options = {"onError": "skip_rows", "maxErrors": "50%"}
        fields = [part(name, text) for name, text in options.items()]
        file = upload(people, BAD, schema="people", onError="skip_rows", maxErrors="50%")
        service.process()

        verdict = post_form(people, form(csv_part(BAD), *fields), path="/schemas/people/check")

        done = people.get(file["links"]["self"]).get_json()
        assert done["outcome"] == "partial"
        assert (verdict.get_json()["outcome"], verdict.get_json()["rows"]) == (
            done["outcome"],
            done["rows"],
        )

    def test_a_version_may_be_asked_for(self, people: FlaskClient) -> None:
        content = b"name\nAda\n"

        first = send(people, "/schemas/people/check?version=1", content).get_json()
        latest = send(people, "/schemas/people/check", content).get_json()

        assert (first["schema"], first["outcome"]) == ("people@1", "clean")
        assert (latest["schema"], latest["outcome"]) == ("people@2", "rejected")
        assert latest["headerFaults"][0]["column"] == "age"

    def test_of_many_errors_the_first_are_shown_and_all_are_counted(
        self, people: FlaskClient
    ) -> None:
        answer = send(people, "/schemas/people/check", b"name,age\n" + b"Ada,x\n" * 300).get_json()

        assert (answer["errorTotal"], len(answer["errors"])) == (300, 100)
        assert answer["errorsTruncated"] is True

    @pytest.mark.parametrize(
        "path", ["/schemas/nope/check", "/schemas/people/check?version=3", "/schemas/%00/check"]
    )
    def test_an_unknown_schema_or_version_is_404(self, people: FlaskClient, path: str) -> None:
        assert_problem(send(people, path, BAD), 404, "schema_not_found")

    @pytest.mark.parametrize("version", ["0", "-1", "x", "9" * 11, "１"])
    def test_a_version_that_is_none_is_refused(self, people: FlaskClient, version: str) -> None:
        answer = send(people, f"/schemas/people/check?version={version}", BAD)

        assert_problem(answer, 422, "invalid_parameter")


@pytest.mark.parametrize("path", ["/schemas/infer", "/schemas/people/check"])
class TestEverySample:
    def test_nothing_of_it_is_kept(
        self, people: FlaskClient, service: HttpService, path: str
    ) -> None:
        schemas = people.get("/schemas").get_json()

        send(people, path, BAD)
        post_form(people, form(csv_part(BAD)), path=path)

        assert not service.files
        assert not service.storage.keys
        assert people.get("/schemas").get_json() == schemas

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("?x=1", "invalid_parameter"),
            ("?header=yes", "invalid_parameter"),
            ("?header=true&header=true", "invalid_parameter"),
            ("?encoding=klingon", "invalid_option"),
            ("?delimiter=x", "invalid_option"),
            ("?outputs=csv", "invalid_parameter"),
        ],
    )
    def test_a_parameter_that_is_wrong_is_named(
        self, people: FlaskClient, path: str, query: str, code: str
    ) -> None:
        problem = assert_problem(send(people, f"{path}{query}", BAD), 422, code)

        assert problem["errors"][0]["parameter"] == query[1:].partition("=")[0]

    def test_a_field_that_uploads_alone_have_is_unknown(
        self, people: FlaskClient, path: str
    ) -> None:
        body = form(csv_part(), part("metadata", "{}"))

        assert_problem(post_form(people, body, path=path), 422, "unknown_field")

    @pytest.mark.parametrize(
        ("content", "status", "code"),
        [
            (b"", 422, "empty_file"),
            (b" \n", 422, "empty_file"),
            (b"PK\x03\x04" + bytes(100), 415, "file_type_mismatch"),
            (b'[{"a": 1}]', 415, "file_type_mismatch"),
        ],
    )
    def test_what_an_upload_would_refuse_is_refused_alike(
        self, people: FlaskClient, path: str, content: bytes, status: int, code: str
    ) -> None:
        assert_problem(send(people, path, content), status, code)

    def test_another_media_type_is_415_and_says_what_is_accepted(
        self, people: FlaskClient, path: str
    ) -> None:
        answer = send(people, path, BAD, media_type="text/plain")

        assert_problem(answer, 415, "unsupported_media_type")
        assert "multipart/form-data, text/csv" in answer.headers["Accept-Post"]

    def test_a_body_that_is_not_the_one_that_was_meant_is_refused(
        self, people: FlaskClient, path: str
    ) -> None:
        digest = b64encode(hashlib.sha256(b"other").digest()).decode()

        answer = send(people, path, BAD, Content_Digest=f"sha-256=:{digest}:")

        assert_problem(answer, 400, "digest_mismatch")

    def test_a_sample_over_the_limit_is_refused_whichever_way_it_is_sent(self, path: str) -> None:
        client = HttpService(settings=HttpSettings(max_sample_bytes=100)).app().test_client()
        client.put("/schemas/people", json=SCHEMA)
        fits, too_large = b"name,age\n" + b"a,1\n" * 22, b"name,age\n" + b"a,1\n" * 23

        for content, status in ((fits, 200), (too_large, 413)):
            for answer in (
                send(client, path, content),
                post_form(client, form(csv_part(content)), path=path),
            ):
                assert answer.status_code == status, answer.get_data(as_text=True)

    def test_without_a_place_it_is_sent_away_at_once(self, path: str) -> None:
        for settings, code in (
            (HttpSettings(max_concurrent_samples=0), "too_many_samples"),
            (HttpSettings(max_concurrent_uploads=0), "too_many_uploads"),
        ):
            answer = send(HttpService(settings=settings).app().test_client(), path, BAD)

            assert_problem(answer, 503, code)
            assert answer.headers["Retry-After"] == "1"

    def test_a_place_is_free_again_after_an_error(self, people: FlaskClient, path: str) -> None:
        for _ in range(5):
            assert_problem(send(people, path, b""), 422, "empty_file")

        assert send(people, path, BAD).status_code == 200

    def test_a_look_that_takes_too_long_is_ended(self, service: HttpService, path: str) -> None:
        engine = EndlessEngine(service)
        service.engine = service.inference = engine
        client = service.app().test_client()
        client.put("/schemas/people", json=SCHEMA)

        problem = assert_problem(send(client, path, BAD), 422, "resource_limit")

        assert "20 s" in problem["detail"]

    @pytest.mark.parametrize(
        ("error", "status", "code"),
        [
            (ResourceLimitError("a file may take 64 bytes of memory"), 422, "resource_limit"),
            (EngineUnavailableError("no room for a process"), 503, "engine_unavailable"),
        ],
    )
    def test_an_engine_that_gives_up_is_a_problem_with_its_reason(
        self, service: HttpService, path: str, error: Exception, status: int, code: str
    ) -> None:
        service.engine = service.inference = BrokenEngine(error)
        client = service.app().test_client()
        client.put("/schemas/people", json=SCHEMA)

        assert_problem(send(client, path, BAD), status, code)


class EndlessEngine(ContentEngine, SchemaInference):
    """Works until it is told to stop, while the service's clock goes on."""

    def __init__(self, service: HttpService) -> None:
        self._service = service

    def process(self, job: EngineJob) -> ProcessingReport:
        self._work(job)

    def infer(self, job: InferenceJob) -> Inference:
        self._work(job)

    def _work(self, job: EngineJob | InferenceJob) -> NoReturn:
        while not job.should_stop():
            self._service.clock.advance(seconds=1)
        raise ProcessingStoppedError("told to stop")


class BrokenEngine(ContentEngine, SchemaInference):
    """Gives up on everything."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def process(self, job: EngineJob) -> ProcessingReport:
        raise self._error

    def infer(self, job: InferenceJob) -> Inference:
        raise self._error
