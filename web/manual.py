"""/docs: the OpenAPI document as a page. Swagger's own comes from other machines and needs inline styles."""

import json
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: the API</title>
<link rel="stylesheet" href="/static/manual.css">
</head>
<body>
<header><h1>{title} {version}: the API</h1>
<p>{description} For programs, the same as <a href="/openapi.json">OpenAPI</a>. <a href="/">To the page</a>.</p></header>
<main>
{operations}
</main>
</body>
</html>
"""


def draw_manual(document: dict[str, Any]) -> str:
    """Return the page. document: OpenAPI's."""
    info = document["info"]
    operations = [
        _draw_operation(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return PAGE.format(
        title=escape(info["title"]),
        version=escape(info["version"]),
        description=escape(info["description"]),
        operations="\n".join(operations),
    )


def _draw_operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [
        f"<section><h2><code>{method.upper()} {escape(path)}</code> {escape(operation.get('summary', ''))}</h2>",
        *(f"<p>{escape(part)}</p>" for part in operation.get("description", "").split("\n\n")),
    ]
    return "\n".join([*parts, "</section>"])
