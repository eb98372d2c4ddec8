"""/docs: the OpenAPI document as a page that works offline.

The usual pages load scripts from other machines, and need inline styles, which the page's policy forbids.
"""

import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of {title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/manual.css">
</head>
<body>
<header>
<h1>The API of {title} {version}</h1>
<p>{description}
<a href="/">The page</a> is for people, <a href="/openapi.json">the OpenAPI document</a> for programs.</p>
</header>
<main>
{sections}
</main>
</body>
</html>
"""

TRIES = {
    "/v1/read": (
        "curl --data-binary @note.jpg -H 'Content-Type: image/jpeg' {base}/v1/read",
        "curl -F files=@note.jpg -F files=@scan.pdf '{base}/v1/read?accept=0.98'",
        "curl --data-binary @note.jpg -H 'Content-Type: image/jpeg' -H 'Accept: text/plain' {base}/v1/read",
    ),
    "/v1/glyphs": ("curl -F glyphs=@seven.png -F glyphs=@two.png {base}/v1/glyphs",),
}
"""What a person may type."""

LIVE = """<section id="live">
<h2><code>WS /v1/live</code> Watch a camera</h2>
<p>Send each frame as one binary message: JPEG, PNG or WebP. Each answer is one text message, of the newest frame that
had come: older ones that were not looked at yet are dropped. Labels settle and hold as in <code>digits-live</code>.</p>
<pre>{"frame": 12, "width": 640, "height": 480, "lines": [{"text": "07", "confidence": 0.97, "box": [41, 60, 92, 71],
  "digits": [{"text": "0", "confidence": 0.99, "box": [41, 62, 40, 69], "settled": true}, ...]}],
 "settled": ["07"], "hints": [], "age_ms": 21.4}</pre>
<p>A frame that is no picture gets <code>{"frame": 13, "error": "..."}</code>. Before the server closes a connection by
itself, it sends a problem document; the code tells the kind: 1001 no frame came for long, 1003 text came, 1007 ten
frames in a row were no pictures, 1009 a frame was too large, 1011 the reader broke, 1013 all places are taken.</p>
</section>"""


def draw_manual(document: dict[str, Any], base: str) -> str:
    """Return the page. document: OpenAPI's. base: the server's own address, for commands to try."""
    info = document["info"]
    sections = [
        "\n".join(_draw_operation(method, path, operation, base))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = document.get("components", {}).get("schemas", {})
    return PAGE.format(
        title=escape(info["title"]),
        version=escape(info["version"]),
        description=escape(info["description"]),
        sections="\n".join([*sections, LIVE, *_draw_schemas(schemas)]),
    )


def _draw_operation(method: str, path: str, operation: dict[str, Any], base: str) -> Iterator[str]:
    yield f"<section><h2><code>{method.upper()} {escape(path)}</code> {escape(operation.get('summary', ''))}</h2>"
    yield from (f"<p>{_mark_code(part)}</p>" for part in operation.get("description", "").split("\n\n"))
    yield from (f"<pre>{escape(command.format(base=base))}</pre>" for command in TRIES.get(path, ()))
    parameters = operation.get("parameters", [])
    if parameters:
        rows = [
            (f"<code>{escape(each['name'])}</code>", escape(_tell_schema(each["schema"])), escape(_tell_about(each)))
            for each in parameters
        ]
        yield _draw_table(("query", "takes", "meaning"), rows)
    bodies = operation.get("requestBody", {}).get("content", {})
    if bodies:
        yield f"<p>Body: {', '.join(f'<code>{escape(kind)}</code>' for kind in bodies)}</p>"
        yield from _draw_examples(bodies)
    rows = [
        (f"<code>{escape(status)}</code>", " ".join(_name_contents(answer)), escape(answer["description"]))
        for status, answer in operation["responses"].items()
    ]
    yield _draw_table(("status", "answer", "when"), rows)
    yield from _draw_examples(operation["responses"].get("200", {}).get("content", {}))
    yield "</section>"


def _mark_code(text: str) -> str:
    """Return a docstring's paragraph as HTML: what stands in backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _draw_schemas(schemas: dict[str, Any]) -> Iterator[str]:
    yield "<section><h2>What the answers hold</h2>"
    for name, schema in schemas.items():
        yield f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{escape(schema.get("description", ""))}</p>'
        rows = [
            (f"<code>{escape(member)}</code>", escape(_tell_schema(each)), escape(each.get("description", "")))
            for member, each in schema.get("properties", {}).items()
        ]
        yield _draw_table(("member", "kind", "meaning"), rows)
    yield "</section>"


def _draw_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table that scrolls by itself where it is too wide. heads, rows: HTML."""
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _draw_examples(contents: dict[str, Any]) -> Iterator[str]:
    for content in contents.values():
        if "example" in content:
            example = content["example"]
            yield f"<pre>{escape(example if isinstance(example, str) else _shorten(example))}</pre>"


def _shorten(example: Any) -> str:
    text = json.dumps(example)
    return text if len(text) < MOST_SHOWN else f"{text[:MOST_SHOWN]} ..."


MOST_SHOWN = 900
"""Characters of an example: the 784 values of a glyph say less than some of them."""


def _name_contents(answer: dict[str, Any]) -> Iterator[str]:
    for content in answer.get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if name:
            yield f'<a href="#{escape(name)}">{escape(name)}</a>'


def _tell_about(parameter: dict[str, Any]) -> str:
    return str(parameter.get("description") or parameter["schema"].get("description", ""))


def _tell_schema(schema: dict[str, Any]) -> str:
    """Return in a few words what a value may be."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_tell_schema(each) for each in schema["anyOf"] if each.get("type") != "null")
    if schema.get("type") == "array":
        items = schema.get("items") or {}
        return f"list of {_tell_schema(items)}" if items else "list"
    least, most = schema.get("minimum"), schema.get("maximum")
    bounds = f" from {least:g} to {most:g}" if least is not None and most is not None else ""
    return str(schema.get("type", "anything")) + bounds
