"""The OpenAPI document: what it says is what is answered, and nothing it allows breaks the server."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from serving import PATIENCE
from starlette.testclient import TestClient

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

PATHS = ["/v1/read", "/v1/glyphs", "/healthz", "/readyz", "/v1/templates", "/v1/limits", "/metrics"]


@pytest.fixture(scope="session")
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def test_every_route_is_described_with_its_problems(document: Any) -> None:
    assert list(document["paths"]) == PATHS
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            for status, answer in operation["responses"].items():
                if status != "200":
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)
    assert {"401", "413", "415", "422", "429", "503"} <= set(document["paths"]["/v1/read"]["post"]["responses"])


def test_every_reference_leads_somewhere(document: Any) -> None:
    names = set(re.findall(r"'#/components/schemas/(\w+)'", str(document)))
    assert names <= set(document["components"]["schemas"])
    assert "Problem" in names


@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_asked_is_answered_as_described(server: str, path: str) -> None:
    (operation,) = schemathesis.openapi.from_url(f"{server}/openapi.json")[path].values()

    @settings(max_examples=20 if path in PATHS[:2] else 3, phases=[Phase.explicit, Phase.generate], database=None)
    @given(operation.as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, timeout=PATIENCE)

    ask()


class Links(HTMLParser):
    """Gathers what a page loads and links to, and where it can be jumped to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src"):
                self.targets.append(value or "")
            if name == "id":
                self.ids.add(value or "")
            if name == "style" or name.startswith("on") or tag in ("style", "script"):
                self.odd.append(tag)


def test_the_manual_shows_all_and_loads_nothing_from_elsewhere(client: TestClient, document: Any) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path in PATHS:
        assert f" {path}</code>" in page.text
    assert "curl --data-binary @note.jpg" in page.text
    assert "http://localhost/v1/read" in page.text
    for name in ("template", "picture", "accept"):
        assert f"<code>{name}</code>" in page.text
    links = Links()
    links.feed(page.text)
    assert links.odd == []
    assert {target for target in links.targets if target[0] != "#"} == {
        "data:,",
        "/static/manual.css",
        "/",
        "/openapi.json",
    }
    assert {target[1:] for target in links.targets if target[0] == "#"} <= links.ids
