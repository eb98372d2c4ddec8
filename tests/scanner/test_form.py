"""Forms are loaded with their blanks, and known by the content of both."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from blankforms import CHEQUE, SMALL, save

from scanner.errors import TemplateError
from scanner.form import LARGEST_TEMPLATE, find_forms, get_form, load_form
from scanner.knowledge import FormSource


def test_a_blank_lies_beside_its_template(tmp_path: Path) -> None:
    (page,) = load_form(str(CHEQUE.save(tmp_path))).pages
    assert page.blank is not None
    assert page.blank.shape == (page.height, page.width) == CHEQUE.picture.shape[:2]
    assert page.view is page.view, "it is prepared once"


def test_the_digest_knows_template_and_blank(tmp_path: Path) -> None:
    path = CHEQUE.save(tmp_path)
    (before,) = find_forms([str(path), str(path)])
    assert get_form(before).digest == before.digest
    cv2.imwrite(str(tmp_path / "cheque.png"), np.flipud(CHEQUE.picture))
    (blank_changed,) = find_forms([str(path)])
    path.write_text(CHEQUE.template + "\n# a note\n", encoding="utf-8")
    (template_changed,) = find_forms([str(path)])
    assert len({before.digest, blank_changed.digest, template_changed.digest}) == 3


def test_a_template_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"has changed during the run\. Start it again"):
        get_form(FormSource(save(SMALL, tmp_path), "of yesterday"))


def test_a_name_of_its_own_counts(tmp_path: Path) -> None:
    assert load_form(save('name = "grant"\n' + SMALL, tmp_path)).name == "grant"


@pytest.mark.parametrize("blank", ["absent.png", "form.toml", "."])
def test_a_blank_that_is_none_is_told_with_its_template(tmp_path: Path, blank: str) -> None:
    path = save(SMALL.replace('width = 800\nheight = 400\nanchors = "none"', f'blank = "{blank}"'), tmp_path)
    with pytest.raises(TemplateError, match=r"form\.toml: page: blank: "):
        load_form(path)


def test_what_is_no_template_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="No such file"):
        load_form(str(tmp_path / "absent.toml"))
    with pytest.raises(TemplateError, match="cannot be read"):
        load_form(str(tmp_path))
    (tmp_path / "huge.toml").write_bytes(b"#" * (LARGEST_TEMPLATE + 1))
    with pytest.raises(TemplateError, match="larger than any template"):
        load_form(str(tmp_path / "huge.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="no TOML"):
        load_form(str(tmp_path / "bytes.toml"))


def try_to_load(path: str) -> str:
    """Return what is said of a template; nothing where it is one."""
    try:
        load_form(path)
    except TemplateError as error:
        return str(error)
    return ""


def test_a_template_cut_short_anywhere_is_told_or_still_one(tmp_path: Path) -> None:
    said = [try_to_load(save(SMALL[:end], tmp_path)) for end in range(0, len(SMALL), len(SMALL) // 20)]
    assert all(len(sentence.splitlines()) <= 1 for sentence in said)
    assert all("form.toml: " in sentence for sentence in said if sentence)
    assert said[0]
