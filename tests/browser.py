"""A browser for the tests that look at a page: skipped, with the reason, where there is none."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)


@contextmanager
def launched(*switches: str) -> Iterator[Any]:
    """A browser, closed at the end; `switches` are those of its command line."""
    playwright: Any = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not PROGRAM:
        pytest.skip("needs the browser Chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox", *switches])
        yield browser
        browser.close()


def visit(page: Any, address: str, *, has_script: bool = True) -> None:
    """Open a page, and wait until its script, which it has to unpack, has begun."""
    page.goto(address)
    if has_script:
        page.wait_for_selector(".glassgrad-stepper > .screen")
