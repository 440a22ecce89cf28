"""How long a browser takes to load the page of a run of 20,000 events, beside an empty page.

    make bench

It needs Chromium. The machine may be noisy: the two pages are loaded by turns, each in a new tab,
from a file.
"""

import shutil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from engine import Stepper, Value

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

ROUNDS = 5

EMPTY = "<!doctype html><title>empty</title><p class=counter>0</p>"


def long_run() -> Value:
    """A chain of 5,000 steps, whose backward sweep has more than 20,000 events."""
    x = Value(1e-9, "x")
    y = x
    for i in range(5000):
        y = (y * 1.0001).tanh() + x if i % 2 else y + y
    return y


def seconds(browser: Any, path: Path) -> float:
    """From the address to the first step on the screen."""
    page = browser.new_page()
    start = perf_counter()
    page.goto(path.as_uri())
    page.wait_for_selector(".counter")
    took = perf_counter() - start
    page.close()
    return took


def main() -> None:
    """Load both pages by turns."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        print("page: not measured, as there is no Chromium")
        return
    # In tests too, which take the run from here and may be without it.
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        run, empty = Path(folder, "run.html"), Path(folder, "empty.html")
        Stepper(long_run()).save(run)
        empty.write_text(EMPTY)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        taken = [(seconds(browser, run), seconds(browser, empty)) for _ in range(ROUNDS)]
        page, nothing = (median(each) for each in zip(*taken, strict=True))
        print(
            f"page of 20,000 events: {page:.2f} s, {page / nothing:.0f} x an empty page", flush=True
        )


if __name__ == "__main__":
    main()
