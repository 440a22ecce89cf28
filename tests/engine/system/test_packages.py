"""Optional packages: there, or an error that says how to get them."""

import math
import sys

import pytest

from engine.system.packages import optional


def test_what_is_installed_is_imported() -> None:
    """The module itself is handed back."""
    assert optional("math", "train", "counting") is math


@pytest.mark.parametrize(("extra", "line"), [
    ("train", "pip install 'glassgrad[train]'"),
    ("", "pip install 'glassgrad'"),
])  # fmt: skip
def test_what_is_missing_is_named_with_its_pip_line(
    extra: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has the feature, the package and the command that installs it."""
    for module in ("tqdm", "tqdm.auto"):  # the second may be there from another test
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError) as error:
        optional("tqdm.auto", extra, "the bar")
    assert str(error.value) == f"the bar needs the package 'tqdm': {line}"
