"""What the server's tests share: servers that are started once, and a page to read."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from drawing import draw_page, encode
from serving import SETTINGS, open_client, open_server
from starlette.testclient import TestClient

from benchmarks.browsing import open_browser, open_site, write_film
from model.classifier import Classifier
from model.errors import WeightsError
from tests.web.browsing import visit_site
from web.settings import Limits


@pytest.fixture(scope="session", autouse=True)
def reader() -> Iterator[None]:
    """All here reads with the trained network, and in one thread, as the server's processes do."""
    try:
        Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """A server that reads, asked without a network."""
    with open_client(SETTINGS) as client:
        yield client


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server with real processes, and short patience."""
    limits = Limits(rate=0, max_connections=100, header_seconds=2.0, body_seconds=5.0, gap_seconds=1.0)
    with open_server(replace(SETTINGS, limits=limits)) as base:
        yield base


@pytest.fixture(scope="session")
def note() -> bytes:
    """A PNG of a page with 27 and 490 on it."""
    return encode(draw_page(["27", "490"], np.random.default_rng(5)), "PNG")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a server that the tests of one file share."""
    with open_site() as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium, with a film for a camera."""
    film = tmp_path_factory.mktemp("camera") / "film.y4m"
    write_film(film)
    with open_browser(film) as browser:
        yield browser


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """The page, opened."""
    with visit_site(browser, site) as page:
        yield page
