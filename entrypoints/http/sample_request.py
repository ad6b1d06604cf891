"""A sample as it is sent: a form with one file as uploads have it, or the file itself as body."""

from collections.abc import Iterator, Mapping

from flask import Request

from application.ports.clock import Clock
from domain.processing_options import ProcessingOptions
from entrypoints.http.multipart_form import MultipartForm
from entrypoints.http.problems import RequestError
from entrypoints.http.request_body import RequestBody
from entrypoints.http.upload_fields import FIELD_BYTES, in_parameters, upload_details
from entrypoints.http.wiring import HttpSettings

FORM = "multipart/form-data"
RAW_NAMES: Mapping[str, str] = {
    "text/csv": "sample.csv",
    "text/tab-separated-values": "sample.tsv",
    "application/json": "sample.json",
    "application/x-ndjson": "sample.ndjson",
}
"""What a body of that type is called, which has no name of its own."""

ENVELOPE_BYTES = 256 * 1024
"""What a form may hold beside its file."""


class SampleRequest:
    """The name, the content and the options of one sample; what is refused names its place."""

    def __init__(
        self,
        request: Request,
        options: Mapping[str, str],
        *,
        fields: tuple[str, ...],
        settings: HttpSettings,
        clock: Clock,
    ) -> None:
        """`options` are those of the query; a form may have them as `fields` as well.

        Raises RequestError before anything of the body is read.
        """
        self._request = request
        self._options = dict(options)
        self._clock = clock
        self._seconds = settings.sample_seconds
        self._body = RequestBody(
            request, max_bytes=settings.max_sample_bytes + ENVELOPE_BYTES, clock=clock
        )
        self._form = self._form_with(fields) if request.mimetype == FORM else None
        if self._form is None:
            self._check_raw()

    def name(self) -> str:
        """The file's name, or one that says what the body's type says."""
        return RAW_NAMES[self._request.mimetype] if self._form is None else self._form.seek_file()

    def chunks(self) -> Iterator[bytes]:
        """Yields the content; raises RequestError when it is too slow, or not all there is."""
        ends_at = self._clock.monotonic() + self._seconds
        for chunk in self._body if self._form is None else self._form.file_chunks():
            if self._clock.monotonic() >= ends_at:
                raise RequestError(
                    "body_too_slow", f"a sample has to arrive within {self._seconds:g} s"
                )
            yield chunk
        if self._form is None:
            self._body.check_whole()

    def options(self) -> ProcessingOptions:
        """What query and fields say, once the body was read to its end."""
        said = {} if self._form is None else self._form.finish()
        self._body.check_digest()
        for name in said.keys() & self._options.keys():
            detail = f'"{name}" is a field of the form and a parameter, too'
            raise RequestError.in_field("repeated_field", name, detail)
        try:
            details = upload_details(
                {**self._options, **said}, idempotency_key=None, trace_parent=None
            )
        except RequestError as error:
            raise in_parameters(error, self._options) from error
        return details.options

    def drain(self) -> None:
        """Drops what is left of the body."""
        self._body.drain()

    def _form_with(self, fields: tuple[str, ...]) -> MultipartForm:
        return MultipartForm(
            self._body,
            self._request.headers.get("Content-Type", ""),
            field_bytes={name: FIELD_BYTES[name] for name in fields},
        )

    def _check_raw(self) -> None:
        if self._request.mimetype not in RAW_NAMES:
            accepted = ", ".join([FORM, *RAW_NAMES])
            raise RequestError(
                "unsupported_media_type",
                f"a sample is sent as one of {accepted}",
                headers={"Accept-Post": accepted},
            )
        self._body.check_end_is_known()
