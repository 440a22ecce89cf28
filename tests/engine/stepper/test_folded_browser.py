"""The page of a folded graph in a browser: it steps through, and says nothing before it happens."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine import Stepper
from tests.engine.stepper.large import network_loss
from tests.engine.stepper.test_browser import opened, press

__all__ = ["opened"]

pytestmark = pytest.mark.slow

# The last lines of each box, by the place of its class.
BOXES = """() => Object.fromEntries([...document.querySelectorAll('[data-node]')].filter(
    (box) => box.tagName === 'g').map((box) => [box.dataset.node,
    [...box.querySelectorAll('text')].slice(-2).map((text) => text.textContent)]))"""

# The last line beside each arrow, and whether it takes part in the step.
ARROWS = """() => Object.fromEntries([...document.querySelectorAll('[data-edge]')].map(
    (arrow) => [arrow.dataset.edge, [[...arrow.querySelectorAll('text')].at(-1).textContent,
    arrow.classList.contains('active')]]))"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Any]]:
    """The page of the loss of a network, and its document."""
    stepper = Stepper(network_loss(2, hidden=(5, 4), examples=30))
    assert stepper.folded is not None
    path = stepper.save(tmp_path_factory.mktemp("folded") / "loss.html")
    return path, stepper.folded.document


def text(page: Any, where: str) -> str:
    """What is read there."""
    return str(page.locator(where).first.inner_text())


def test_each_step_shows_what_has_happened_and_nothing_else(saved: Any, opened: Any) -> None:
    """Data from its forward step on, gradients so far, and the share of what has passed."""
    path, document = saved
    page = opened(path)
    computed = {i for i, each in enumerate(document["classes"]) if each["op"] == "leaf"}
    grads = dict.fromkeys(range(len(document["classes"])), "grad –")  # noqa: RUF001
    passed: set[int] = set()
    for i, step in enumerate([None, *document["steps"]]):
        if step:
            press(page, "ArrowRight")
            computed |= set(step["groups"])
            passed |= set(step["arrows"])
            for each in step["grads"]:
                grads[each["group"]] = f"grad {each['grad']}{' …' * (not each['complete'])}"
        assert text(page, ".counter") == f"{i} / {len(document['steps'])}"
        for place, (data, grad) in page.evaluate(BOXES).items():
            known = document["classes"][int(place)]["data"] if int(place) in computed else "–"  # noqa: RUF001
            assert (data, grad) == (f"data {known}", grads[int(place)])
        for place, (shown, active) in page.evaluate(ARROWS).items():
            arrow = document["arrows"][int(place)]
            if arrow["count"] > 1:
                assert shown == (arrow["passes"] if int(place) in passed else "")
            feeds = step and step["kind"] == "forward" and arrow["head"] in step["groups"]
            assert active == bool(step and (int(place) in step["arrows"] or feeds))


def test_a_push_tells_its_share_its_rule_and_what_passes_nothing(saved: Any, opened: Any) -> None:
    """As the document has them."""
    path, document = saved
    page = opened(path)
    names = [each["name"] for each in document["classes"]]
    at, step = next(
        (i, step) for i, step in enumerate(document["steps"], 1)
        if step["kind"] == "push" and names[step["groups"][0]] == "ReLU of layer1"
    )  # fmt: skip
    arrow = document["arrows"][step["arrows"][0]]
    press(page, "ArrowRight", at)
    assert "from ReLU of layer1 to Sum of layer1" in text(page, ".phase")
    assert text(page, ".rule") == "d(relu(a))/da = (1 if a > 0, else 0)"
    assert text(page, ".passes") == f"{arrow['passes']} passes"
    assert f"{arrow['nothing']} of {arrow['count']} pass nothing" in text(page, ".words")
    assert text(page, ".next") == "Next: Sum of layer1, all of whose uses have passed."


def test_a_class_opens_when_it_is_clicked(saved: Any, opened: Any) -> None:
    """Its largest members are told when its gradient is complete, each with its contribution."""
    path, document = saved
    page = opened(path)
    press(page, "End")
    press(page, "f")
    place = next(i for i, each in enumerate(document["classes"]) if each["name"] == "Mul of layer2")
    page.get_by_role("tab", name="Marks").click()
    page.locator(f"g[data-node='{place}']").click()
    assert text(page, ".class h2").startswith("Mul of layer2")
    assert (
        page.get_by_role("tab", name="Class", exact=True).get_attribute("aria-selected") == "true"
    )
    members = document["classes"][place]["members"]
    assert page.locator(".members th[scope=row]").all_inner_texts() == [
        each["name"] for each in members
    ]
    assert "the only contribution, from Sum of layer2:" in text(page, ".members .best")
    press(page, "Home")
    assert page.locator(".members").count() == 0
    assert "are shown when their gradients are complete" in text(page, ".class")
    press(page, "Escape")
    assert not text(page, ".class h2").startswith("Mul of layer2")


def test_all_classes_stand_in_a_table_that_opens_them(saved: Any, opened: Any) -> None:
    """With their counts; a click on a name opens the class."""
    path, document = saved
    page = opened(path)
    page.get_by_role("tab", name="Classes").click()
    rows = page.locator(".values tbody tr")
    assert rows.count() == len(document["classes"])
    assert [each.split("\t")[0] for each in rows.all_inner_texts()] == [
        each["name"] for each in document["classes"]
    ]
    page.get_by_role("button", name="ReLU of layer2", exact=True).click()
    assert text(page, ".class h2").startswith("ReLU of layer2")


def test_keys_of_other_pages_do_nothing(saved: Any, opened: Any) -> None:
    """There is one unit and nothing to predict: no button says so, and the list has no such key."""
    path, _ = saved
    page = opened(path)
    for key in ("2", "p", "3"):
        press(page, key)
    press(page, "ArrowRight", 12)
    assert text(page, ".counter").startswith("12 /")
    assert not page.get_by_role("button", name="Predict").is_visible()
    assert not page.get_by_role("button", name="node", exact=True).is_visible()
    press(page, "?")
    assert "by node" not in text(page, "dialog")
    assert "predict each" not in text(page, "dialog")


def test_the_address_names_step_and_class(saved: Any, opened: Any) -> None:
    """It is read, and written as the reader goes on."""
    path, _ = saved
    page = opened(path)
    page.evaluate("location.hash = '#step=5&select=Loss'")
    page.locator(".counter", has_text="5 /").wait_for()
    assert text(page, ".class h2") == "Loss"
    press(page, "ArrowRight")
    page.wait_for_url("**#step=6&select=Loss")


def test_it_plays_to_the_end(saved: Any, opened: Any) -> None:
    """By itself, and the last step says that it is the last."""
    path, document = saved
    page = opened(path)
    press(page, "s")
    press(page, "End")
    press(page, "ArrowLeft", 2)
    press(page, " ")
    last = len(document["steps"])
    page.locator(".counter", has_text=f"{last} / {last}").wait_for()
    assert "This was the last step." in text(page, ".words")
