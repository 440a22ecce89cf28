"""A browser for the tests that look at the page: skipped, with the reason, where there is none."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a file."""
    playwright: Any = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not PROGRAM:
        pytest.skip("needs the browser Chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield browser
        browser.close()
