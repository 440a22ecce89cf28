"""How long a browser takes to load a page of 20,000 events, and how smoothly a number is dragged.

    make bench

It needs Chromium. The machine may be noisy: the two pages are loaded by turns, each in a new tab,
from a file. A drag changes a number in each frame for two seconds; all frames of that time count,
the first ones too, and of a few rounds the best one. Beside them stands the time of the processor
that the page's own thread takes for a frame, which depends less on what else the machine does: at
60 frames a second there are 16.7 ms, for drawing by other threads too.
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

# The nodes of the graphs in which a number is dragged.
DRAGGED = (30, 300)

# A leaf's box is dragged to and fro for two seconds, a little in each frame.
SECONDS = 2
FRAMES_A_SECOND = """() => new Promise((done) => {
    const box = document.querySelector('.movable');
    box.setPointerCapture = () => {};
    const at = (type, clientX) => box.dispatchEvent(new PointerEvent(type,
        { bubbles: true, isPrimary: true, button: 0, pointerId: 1, clientX }));
    const start = performance.now();
    let frames = 0;
    const go = () => {
        const seconds = (performance.now() - start) / 1000;
        at('pointermove', 100 * Math.sin(3 * seconds));
        frames += 1;
        if (seconds < SECONDS) return requestAnimationFrame(go);
        at('pointerup', 0);
        done(frames / seconds);
    };
    at('pointerdown', 0);
    requestAnimationFrame(go);
})""".replace("SECONDS", str(SECONDS))

EMPTY = "<!doctype html><title>empty</title><p class=counter>0</p>"


def long_run() -> Value:
    """A chain of 5,000 steps, whose backward sweep has more than 20,000 events."""
    x = Value(1e-9, "x")
    y = x
    for i in range(5000):
        y = (y * 1.0001).tanh() + x if i % 2 else y + y
    return y


def neuron(nodes: int) -> Value:
    """A neuron of so many nodes, a multiple of three: products, their sum and what it gives."""
    weights = [Value(0.01 * i, f"w[{i}]") for i in range(nodes // 3 - 1)]
    inputs = [Value(1.0 - 0.02 * i, f"x[{i}]") for i in range(nodes // 3 - 1)]
    products = [w * x for w, x in zip(weights, inputs, strict=True)]
    return Value.sum([*products, Value(0.5, "b")]).tanh()


def frames_a_second(browser: Any, path: Path) -> tuple[float, float]:
    """While a number is dragged at the last step, where all of the picture changes.

    Gives also the milliseconds of the processor that the thread of the page takes for a frame.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri())
    page.wait_for_selector(".movable")
    page.keyboard.press("End")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        """The seconds of the processor that the thread has taken."""
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")

    before = busy()
    found: float = page.evaluate(FRAMES_A_SECOND)
    taken = 1000 * (busy() - before) / (found * SECONDS)
    page.close()
    return found, taken


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
    """Load both pages by turns, then drag."""
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
        for nodes in DRAGGED:
            path = Stepper(neuron(nodes)).save(Path(folder, f"{nodes}.html"))
            rounds = [frames_a_second(browser, path) for _ in range(ROUNDS)]
            frames, thread = max(rounds)[0], min(each[1] for each in rounds)
            print(
                f"dragging a number of {nodes} nodes: {frames:.0f} frames a second, "
                f"{thread:.1f} ms of the page's thread for a frame",
                flush=True,
            )


if __name__ == "__main__":
    main()
