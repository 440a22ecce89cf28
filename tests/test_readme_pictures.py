"""The moving picture of the README: it is what its script makes, and it tells a run in order."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from engine import Value
from tests.loading import loaded

ROOT = Path(__file__).parents[1]
DASH = "\N{EN DASH}"
SVG = "{http://www.w3.org/2000/svg}"

animation = loaded(ROOT / "notebooks" / "site" / "animation.py")


def parts(svg: str) -> Iterator[tuple[str, str]]:
    """The texts of a moving picture, each with what its style says of when it is seen."""
    keyframes = dict(re.findall(r"@keyframes (k\d+)\{((?:[\d.]+%\{\w+:\w+\})+)\}", svg))
    rules = dict(re.findall(r"(?m)^\.(s\d+)\{(.*)\}$", svg))
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        name = group.get("class", "")
        if name in rules:
            when = re.sub(r"k\d+", lambda key: keyframes[key[0]], rules[name])
            yield from (("".join(text.itertext()), when) for text in group.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", animation.FILES)
def test_the_moving_picture_is_what_its_script_makes(name: str) -> None:
    """The same texts at the same times; where Graphviz puts them is its own affair."""
    committed = (ROOT / ".github" / name).read_text(encoding="utf-8")
    made = animation.animation(animation.FILES[name])
    assert Counter(parts(committed)) == Counter(parts(made))
    assert len({*parts(made)}) > 20
    assert "<script" not in committed


def _seen(svg: str, step: int, count: int) -> list[str]:
    """The texts that are seen in a step."""
    whole = animation.STEP * (count - 1) + animation.END
    share = 100 * animation.STEP * (step + 0.5) / whole
    found = []
    for text, when in parts(svg):
        changes = re.findall(r"([\d.]+)%\{visibility:(\w+)\}", when)
        now = [state for start, state in changes if float(start) <= share]
        if (now or re.findall(r"^visibility:(\w+)", when))[-1] == "visible":
            found.append(text)
    return found


def test_numbers_come_forward_and_gradients_back() -> None:
    """At the start there are the leaves, at the end all gradients, as the engine has them."""
    svg = animation.animation("light")
    w, x, b = Value(2.0), Value(-3.0), Value(7.0)
    ((w * x + b) ** 2).backward()
    start, end = _seen(svg, 0, 9), _seen(svg, 8, 9)
    assert {"data 2", "data -3", "data 7", "w = 2, x = -3, b = 7"} <= {*start}
    assert [each for each in start if each.startswith("grad")] == [f"grad {DASH}"] * 6
    grads = [f"grad {each:g}" for each in (1, 2, 2, b.grad, x.grad, w.grad)]
    assert sorted(each for each in end if each.startswith("grad")) == sorted(grads)
    assert "L = s ^ 2 = 1 ^ 2 = 1" in _seen(svg, 3, 9)
    assert all(len(_seen(svg, step, 9)) >= 20 for step in range(9))


def test_who_wants_no_motion_sees_the_end() -> None:
    """What stands where nothing moves is the last step."""
    svg = animation.animation("light")
    still = [text for text, when in parts(svg) if when.startswith("visibility:visible")]
    assert sorted(still) == sorted(_seen(svg, 8, 9))
    assert "@media (prefers-reduced-motion:reduce){g{animation:none!important}}" in svg


def test_parts_that_pictures_share_are_written_once() -> None:
    """And each is seen when one of its pictures is."""
    head, end = '<svg aria-label="a"><g class="graph">\n', "</g>\n</svg>\n"
    pictures = [f'{head}<g id="n{i}"><title>{i}</title>\n<text>{t}</text>\n</g>\n{end}'
                for i, t in enumerate("aba")]  # fmt: skip
    svg = animation.moving(pictures)
    assert svg.count("<text>a</text>") == svg.count("<text>b</text>") == 1
    assert (
        "@keyframes k0{0%{visibility:visible}19.51%{visibility:hidden}39.02%{visibility:visible}}"
        in svg
    )
    assert ".s1{visibility:hidden;animation:k1 8.2s step-end infinite}" in svg


def test_a_picture_of_another_kind_is_refused() -> None:
    """Rather than shown in part."""
    with pytest.raises(ValueError, match="is not made of boxes, arrows and texts"):
        animation.moving(['<svg><g class="graph">\n<circle r="1"/>\n</g>\n</svg>'])


def test_the_pictures_of_the_readme_are_there() -> None:
    """With words for those who do not see them, and one for dark pages."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    sources = re.findall(r'(?:src|srcset)="([^"]*)"', text)
    assert {f".github/{name}" for name in animation.FILES} == {*sources}
    assert '(prefers-color-scheme: dark)" srcset=".github/backward-dark.svg"' in text
    assert re.search(r'<img [^>]*alt="[^"]{40,}"', text)
