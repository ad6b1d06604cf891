"""CSV for spreadsheets as an answer, made while it is sent."""

from itertools import chain

from flask import Request, Response

from application.use_cases.open_spreadsheet import Spreadsheet
from entrypoints.http.answers import not_modified
from entrypoints.http.downloads import attachment


def spreadsheet_download(spreadsheet: Spreadsheet, request: Request) -> Response:
    """Streams an attachment, always from here and always whole.

    It is made twice, the first time for its length. Without one, an answer that breaks off
    would look whole: the server ends it in order, however its making has ended. Raises, before
    the answer has begun, what the storage raises.
    """
    stored = spreadsheet.stored
    headers = {
        "Accept-Ranges": "none",
        "Content-Disposition": attachment(stored.name),
        "Content-Type": stored.media_type,
    }
    # Another representation has another tag.
    tag = f"{stored.sha256}-excel"
    headers["ETag"] = f'"{tag}"'
    if request.if_none_match.contains_weak(tag):
        return not_modified(Response(headers=headers))
    headers["Content-Length"] = str(spreadsheet.measure())
    chunks = spreadsheet.open()
    # The first step opens the content: it has to fail while there still can be a problem.
    first = next(chunks, b"")
    answer = Response(chain((first,), chunks), headers=headers)
    answer.call_on_close(chunks.close)
    return answer
