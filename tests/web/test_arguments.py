"""The words of digits-web."""

import subprocess
import sys
from pathlib import Path

import pytest

from web.arguments import parse_words
from web.settings import Settings

ROOT = Path(__file__).parents[2]


def test_as_it_is_only_this_machine_reaches_it() -> None:
    settings = parse_words([])
    assert (settings.host, settings.port, settings.token, settings.is_local) == ("127.0.0.1", 8000, "", True)
    assert settings.limits == Settings().limits


def test_words_become_settings(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("  0123456789abcdef\n")
    words = "--host ::1 --port 0 --name a.example --name b.example --jobs 3 --cameras 0 --dpi 200 --rate 5"
    limits = "--max-megabytes 7 --max-megapixels 9"
    settings = parse_words([*words.split(), *limits.split(), "--token-file", str(secret)])
    assert settings.token == "0123456789abcdef"
    assert (settings.names, settings.jobs, settings.cameras) == (("a.example", "b.example"), 3, 0)
    assert (settings.resolution, settings.is_local) == (200, True)
    assert (settings.limits.max_bytes, settings.limits.max_pixels, settings.limits.rate) == (7_000_000, 9_000_000, 5)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "host.example"])
def test_other_addresses_are_not_local(host: str) -> None:
    assert not Settings(host=host).is_local


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--port 70000", "expected a whole number from 0 to 65535"),
        ("--token short", "the token is too short; expected 16 characters or more"),
        ("--token-file absent", "--token-file: absent cannot be read"),
        ("--token-file a --token b", "not allowed with"),
        ("--jobs 0", "expected a whole number from 1"),
        ("extra", "unrecognized arguments"),
    ],
)
def test_words_that_do_not_fit(words: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse_words(words.split())
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install() -> None:
    script = "import sys; sys.modules['fastapi'] = None\nfrom web.__main__ import main\nsys.exit(main([]))"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "needs fastapi, which is not installed. Install it: pip install 'digitlens[web]'." in ran.stderr


def test_the_servers_own_process_loads_neither_opencv_nor_a_network() -> None:
    script = "import sys, web.server\nprint(sorted({'cv2', 'ai_edge_litert', 'PIL', 'tensorflow'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stdout) == (0, "[]\n"), ran.stderr
