"""Bad files, each with its status and its sentence; the server reads on as if nothing had been."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest
from drawing import COLOURED, PICTURE, encode, encode_pages
from pdfs import LOCK, build_sheet, encode_pdf
from serving import PATIENCE, measure_memory

from web.pages import check_pattern
from web.problems import ProblemError

ROOT = Path(__file__).parents[2]


def claim_size(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header claims any size."""
    return make_png(width, height, bytes(100))


def make_png(width: int, height: int, rows: bytes) -> bytes:
    """Return a PNG with a pixel of one bit."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (header, b"IDAT" + zlib.compress(rows, 9), b"IEND")
    chunks = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def make_bomb() -> bytes:
    """Return a whole PNG of 200 megapixels in less than 50 kB."""
    data = make_png(20_000, 10_000, bytes(2_501) * 10_000)
    assert len(data) < 50_000
    return data


WHOLE = {
    "png": encode(COLOURED, "PNG"),
    "jpeg": encode(COLOURED, "JPEG"),
    "webp": encode(COLOURED, "WEBP"),
    "gif": encode(PICTURE, "GIF"),
    "bmp": encode(COLOURED, "BMP"),
    "tiff": encode_pages([PICTURE]),
    "pdf": encode_pdf(PICTURE),
}

BAD: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "empty": (lambda: b"", 422, "empty"),
    "text": (lambda: b"These are notes.\n" * 100, 415, "no image"),
    "page of the web": (lambda: b"<!doctype html><script>alert(1)</script>", 415, "no image"),
    "vector picture": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415, "no image"),
    "program": (lambda: b"\x7fELF" + bytes(500), 415, "no image"),
    "zeros": (lambda: bytes(10_000), 415, "no image"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 415, "no image"),
    "locked document": (lambda: build_sheet(trailer=LOCK), 422, "locked with a password"),
    "start of a document": (lambda: b"%PDF-1.7", 422, "damaged or cut short"),
    "huge sheet": (lambda: build_sheet(b"0 0 14400 14400"), 413, "expected at most 60 megapixels"),
    "claims 2500 megapixels": (lambda: claim_size(50_000, 50_000), 413, "expected at most 60 megapixels"),
    "claims what no memory holds": (lambda: claim_size(2**31 - 1, 2**31 - 1), 413, "expected at most 60 megapixels"),
    "200 megapixels in 50 kB": (make_bomb, 413, "claims more than memory may hold; expected at most 60 megapixels"),
    **{
        f"{name}, cut": (lambda data=data: data[: len(data) * 2 // 3], 422, "damaged or cut short")  # type: ignore[misc]
        for name, data in WHOLE.items()
        if name != "bmp"
    },
    "no height": (lambda: b"P5 3 0 255\n", 415, "no image"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_has_its_status_and_its_sentence(server: str, name: str) -> None:
    make, status, sentence = BAD[name]
    answer = httpx.post(f"{server}/v1/read", content=make(), headers={"Content-Type": "image/png"}, timeout=PATIENCE)
    problem = answer.json()
    assert (answer.status_code, problem["status"], answer.headers["content-type"]) == (
        status,
        status,
        "application/problem+json",
    ), problem
    assert sentence in problem["detail"]
    assert "digits-scan" not in problem["detail"]


def test_a_whole_page_among_bad_files_is_read_and_memory_comes_back(server: str, note: bytes) -> None:
    before = measure_memory()
    files = [("files", (name, make())) for name, (make, _, _) in BAD.items()][-19:]
    answer = httpx.post(f"{server}/v1/read", files=[*files, ("files", ("note", note))], timeout=PATIENCE)
    *bad, good = answer.json()["readings"]
    assert [set(each) for each in bad] == [{"source", "error"}] * 19
    assert [line["text"] for line in good["lines"]] == ["27", "490"]
    assert measure_memory() < before + 150_000_000


@pytest.mark.parametrize(
    "pattern", ["(((9{1000}){1000}){1000}){1000}", "(?:9{0,40}){40,}", "9{99999999999}", "9{,2000}", "9{40}{40}"]
)
def test_patterns_that_explode_are_refused_before_they_are_tried(pattern: str) -> None:
    with pytest.raises(ProblemError, match="Say it with fewer repeats"):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["", "[0-9]{2,3}", "(?:[0-9]{1,4}){1,4}", "[0-9]{2,}", "9{,100}", "{}{{,}}"])
def test_other_patterns_are_tried(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bound memory otherwise, or not at all")
def test_a_reader_that_wants_more_than_pages_need_fails_alone() -> None:
    script = "from web.worker import bound_memory\nbound_memory(1000)\n"
    script += "bytes(500_000_000)\nprint('fits')\nbytes(1_500_000_000)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert (ran.returncode, ran.stdout) == (1, "fits\n")
    assert ran.stderr.endswith("MemoryError\n")
