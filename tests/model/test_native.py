import builtins
import sys
from typing import Any

import pytest

from model.errors import MissingLibraryError, MissingPackageError
from model.native import require_opencv, require_tensorflow


def test_without_libgl_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def bare_machine(name: str, *rest: Any, **named: Any) -> Any:
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
        return load(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", bare_machine)
    with pytest.raises(MissingLibraryError, match=r"libgl1 libglib2\.0-0") as caught:
        require_opencv()
    assert caught.value.exit_code == 3


def test_another_import_error_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingLibraryError, match="cv2"):
        require_opencv()


def test_without_tensorflow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'digitlens\[train\]'"):
        require_tensorflow()
