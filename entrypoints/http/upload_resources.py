"""What callers see of uploads in parts."""

from base64 import b64encode

from application.ports.direct_uploads import ArrivedPart
from application.use_cases.get_upload import UploadView
from application.use_cases.link_parts import PartAddress
from domain.upload_session import UploadSessionState, UploadStatus
from entrypoints.http.answers import wire_time


def upload_link(upload: UploadSessionState) -> str:
    """Where the upload is."""
    return f"/uploads/{upload.id}"


def upload_resource(view: UploadView) -> dict[str, object]:
    """The upload and its parts."""
    upload, link = view.upload, upload_link(view.upload)
    is_complete = upload.status is UploadStatus.COMPLETED
    return {
        "id": str(upload.id),
        "status": upload.status,
        "originalName": upload.original_name or None,
        "fileSize": upload.size_bytes,
        "sha256": upload.sha256,
        "schema": None if upload.schema is None else str(upload.schema),
        "partSize": upload.part_bytes,
        "partCount": upload.plan.count,
        "parts": [part_resource(part) for part in view.parts],
        "refusal": upload.refusal,
        "createdAt": wire_time(upload.created_at),
        "expiresAt": wire_time(upload.expires_at),
        "endedAt": wire_time(upload.ended_at),
        "links": {
            "self": link,
            "parts": f"{link}/parts",
            "complete": f"{link}/complete",
            "file": f"/files/{upload.id}" if is_complete else None,
        },
    }


def part_resource(part: ArrivedPart) -> dict[str, object]:
    """A part that has arrived."""
    return {"number": part.number, "size": part.size_bytes, "sha256": part.sha256}


def address_resource(upload_id: object, address: PartAddress) -> dict[str, object]:
    """How a part is to be sent: to the storage, or to us, by the same few steps."""
    if address.link is not None:
        url, headers = address.link.url, dict(address.link.headers)
    else:
        url = f"/uploads/{upload_id}/parts/{address.number}"
        digest = b64encode(bytes.fromhex(address.sha256)).decode()
        headers = {
            "Content-Length": str(address.size_bytes),
            "Content-Digest": f"sha-256=:{digest}:",
        }
    return {
        "number": address.number,
        "size": address.size_bytes,
        "method": "PUT",
        "url": url,
        "headers": headers,
        "expiresAt": wire_time(address.expires_at),
    }
