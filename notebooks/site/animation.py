"""The moving picture of the README: `python notebooks/site/animation.py .github`.

A run of a formula in the pictures that `Stepper.frames` makes, as one SVG: numbers appear on the
way forward, gradients on the way back, and then it begins anew. It is written for light pages and
for dark ones. There is no script in it: each part of a picture is there once, and a style says when
it is seen. Who wants no motion sees the end of the run, where every number is known.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from engine import Stepper, Value

# The files, and the themes that they are drawn in.
FILES: dict[str, Literal["light", "dark"]] = {
    "backward.svg": "light",
    "backward-dark.svg": "dark",
}

# How long a step is seen, and the last one, in seconds.
STEP, END = 1.6, 5.0

# The letters, in points: of a picture that a telephone shows half as large.
_FONT_SIZE = 22

# What a picture needs no more: names that differ from one to the next, and what only a mouse finds.
_NEEDLESS = re.compile(r' id="[^"]*"|<title>[^<]*</title>\n?|<!--.*?-->\n?', re.DOTALL)

# A picture: what is before its parts, the parts, and what is after them.
_PICTURE = re.compile(r"(<svg.*?<g [^>]*>\n)(.*)(</g>\s*</svg>\s*)", re.DOTALL)
_PART = re.compile(r"<g\b.*?</g>\n|<(text|polygon|path)\b[^>]*?(?:/>|>.*?</\1>)\n", re.DOTALL)
_LABEL = re.compile(r'aria-label="[^"]*"')

TOLD = (
    "A run of L = (w·x + b)², step by step: the numbers are computed forward, then the gradient "
    "flows back, multiplied on each arrow by its slope, until ∂L/∂w = -6, ∂L/∂x = 4 and ∂L/∂b = 2"
)


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    for name, theme in FILES.items():
        (folder / name).write_text(animation(theme), encoding="utf-8")
        print(f"wrote {folder / name}")


def animation(theme: Literal["light", "dark"]) -> str:
    """The run as a moving picture."""
    w, x, b = Value(2.0, label="w"), Value(-3.0, label="x"), Value(7.0, label="b")
    m = w * x
    m.label = "m"
    s = m + b
    s.label = "s"
    loss = s**2
    loss.label = "L"
    with TemporaryDirectory() as made:
        paths = Stepper(loss).frames(f"{made}/%02d.svg", theme=theme, font_size=_FONT_SIZE)
        return moving([path.read_text(encoding="utf-8") for path in paths])


def moving(pictures: Sequence[str]) -> str:
    """Pictures of one size as one that shows them in turn.

    A part that several pictures have is written once. It is seen while one of these is.
    """
    found = [_taken_apart(_NEEDLESS.sub("", each)) for each in pictures]
    seen: dict[str, list[int]] = {}
    for i, (_, parts, _) in enumerate(found):
        for part in _PART.finditer(parts):
            seen.setdefault(part[0], []).append(i)
    times = list(dict.fromkeys(tuple(each) for each in seen.values()))
    body = "".join(
        f'<g class="s{times.index(tuple(each))}">{part}</g>\n' for part, each in seen.items()
    )
    before, _, after = found[-1]
    style = "\n".join(_style(i, each, len(pictures)) for i, each in enumerate(times))
    still = "@media (prefers-reduced-motion:reduce){g{animation:none!important}}"
    head = _LABEL.sub(f'aria-label="{TOLD}"', before, count=1)
    return f"{head}<style>\n{style}\n{still}\n</style>\n{body}{after}"


def _taken_apart(picture: str) -> tuple[str, str, str]:
    """What is before the parts of a picture, the parts, and what is after them."""
    found = _PICTURE.fullmatch(picture)
    if found is None or _PART.sub("", found[2]).strip():
        raise ValueError("a picture is not made of boxes, arrows and texts as Graphviz writes them")
    return found[1], found[2], found[3]


def _style(number: int, seen: Sequence[int], count: int) -> str:
    """When the parts of a class are seen; without motion, whether at the end."""
    still = "visible" if count - 1 in seen else "hidden"
    if len(seen) == count:
        return f".s{number}{{visibility:visible}}"
    whole = STEP * (count - 1) + END
    changes = [i for i in range(count) if i == 0 or (i in seen) != (i - 1 in seen)]
    frames = "".join(
        f"{100 * STEP * i / whole:.4g}%{{visibility:{'visible' if i in seen else 'hidden'}}}"
        for i in changes
    )
    return (
        f"@keyframes k{number}{{{frames}}}\n"
        f".s{number}{{visibility:{still};animation:k{number} {whole:g}s step-end infinite}}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
