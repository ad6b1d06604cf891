"""The documentation in a browser: everything comes from this process, nothing from a CDN."""

from importlib.resources import files

from flask import Blueprint, Response, redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

_SWAGGER_UI = "flask_swagger_ui"
"""The package that ships Swagger UI's own files; nothing else of it is used."""

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}

_START = """\
window.ui = SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});
"""

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gristmill API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<noscript><p>The API is described in <a href="/openapi.json">/openapi.json</a>.</p></noscript>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>
</body>
</html>
"""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)


def docs_blueprint() -> Blueprint:
    """The routes `/` and `/docs`, which the OpenAPI document leaves out."""
    blueprint = Blueprint("docs", __name__)

    @blueprint.get("/")
    def show_root() -> BaseResponse:
        return redirect("/docs")

    @blueprint.get("/docs")
    def show_docs() -> Response:
        return Response(_PAGE, mimetype="text/html", headers={"Content-Security-Policy": _POLICY})

    @blueprint.get("/docs/assets/<name>")
    def show_asset(name: str) -> Response:
        if name == "start.js":
            return Response(_START, mimetype="text/javascript")
        if name not in _ASSETS:
            raise NotFound
        content = (files(_SWAGGER_UI) / "dist" / name).read_bytes()
        headers = {"Cache-Control": "max-age=3600"}
        return Response(content, mimetype=_ASSETS[name], headers=headers)

    return blueprint
