"""Reasons: pages that explain by paths what is often only observed, such as p − y.

    reason("softmax")                       # in a notebook: the page
    reason("softmax").save("softmax.html")
    save_reasons("reasons")                 # all of them, into a folder
    reason("softmax", language="de")        # in German, or another language that pages have

A reason is a row: one expression on numbers that can be followed in one's head, and six sentences,
each with the Value and the step of which it speaks. Its tests read the equations of the sentences
and evaluate them, and hold each claim against the run.
"""

import errno
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import log
from os import PathLike
from pathlib import Path

from ..expression import parse
from ..languages import Language, speech_in
from ..system.files import demand_writable
from ..value import Value
from .given.notes import Note
from .page import Stepper


@dataclass(frozen=True, slots=True)
class Reason:
    """An expression that shows why something is so, and what there is to see in it.

    - `name`, `title`: what it is called here, and on its page.
    - `expression`, `values`: the text of the expression, and a number for each of its names.
    - `notes`: the sentences; what they select is given by name.
    """

    name: str
    title: str
    expression: str
    values: Mapping[str, float]
    notes: tuple[Note, ...]

    def output(self) -> Value:
        """The output of the expression on the values, made anew."""
        return parse(self.expression)(**self.values)

    def stepper(self, language: Language = "en") -> Stepper:
        """The page that walks through the expression, with the sentences, in a language."""
        words = speech_in(language)
        notes = [replace(note, text=words.translated(note.text)) for note in self.notes]
        title = words.translated(self.title)
        return Stepper(self.output(), title=title, notes=notes, language=language)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.title
        numbers = {name: repr(value).removesuffix(".0") for name, value in self.values.items()}
        values = " ".join(f"{name}={number}" for name, number in numbers.items())
        yield f'    "{self.expression}" {values}'
        yield from (f"{i}. {note.text}" for i, note in enumerate(self.notes, 1))


_SOFTMAX = Reason(
    "softmax",
    "Why the gradient of a logit is p − y",
    "e1 = exp(z1); e2 = exp(z2); e3 = exp(z3); total = sum(e1, e2, e3); "
    "p1 = e1 / total; q = log(p1); loss = -q",
    {"z1": log(2.0), "z2": 0.0, "z3": log(5.0)},
    (
        Note("Softmax makes shares of logits: e1 = exp(z1) = 2 is a part of total = 8, so the "
             "first class has p1 = 2 / 8 = 0.25.", "p1", "computed"),
        Note("The first class is the right one: y is 1 for it and 0 for the others, and the loss "
             "is -log(p1) = 1.386, which is larger the smaller p1 is.", "loss", "computed"),
        Note("A change of z1 reaches the loss in two ways, because e1 is used twice: it is the "
             "numerator of p1, and it is a part of total, the denominator.", "e1"),
        Note("Through the numerator: -1 × 4 × 0.125 × 2 = -1, for any logits, since 4 is 1 / p1, "
             "and 0.125 × 2 is e1 / total, which is p1.", "z1", path=0),
        Note("Through the denominator: -1 × 4 × (-0.03125) × 1 × 2 = 0.25, which is p1 for any "
             "logits, since 4 is 1 / p1 again, and -0.03125 × 2 is -(e1 / total)² = -p1².",
             "z1", path=1),
        Note("Together they make -1 + 0.25 = -0.75, which is p1 − y; z2 and z3 have only the way "
             "through total, and y is 0 for them: they get their p, 1 / 8 = 0.125 and "
             "5 / 8 = 0.625.", "z1"),
    ),
)  # fmt: skip

_RESIDUAL = Reason(
    "residual",
    "Why a residual connection lets gradients through",
    "a1 = w1*x; h = x + a1; a2 = w2*h; out = h + a2",
    {"x": 3.0, "w1": 0.1, "w2": 0.2},
    (
        Note("Each of two layers adds to what it is given instead of replacing it: the first "
             "makes h = x + a1 with a1 = w1·x, the second out = h + a2 with a2 = w2·h.",
             "out", "computed"),
        Note("If they replaced it, one path would lead to x, through both weights: "
             "0.2 × 0.1 = 0.02, and ever less with more layers of small weights.", "x", path=3),
        Note("An addition passes its gradient on to both of its inputs, times 1, whatever the "
             "numbers are.", "a2"),
        Note("So there is a path of ones, out → h → x: no weight is on it, and it is "
             "1 × 1 = 1 through two layers or a hundred.", "x", path=0),
        Note("Each layer can be gone through or passed by, which makes four paths to x: "
             "1 + 0.2 + 0.1 + 0.02 = 1.32 = (1 + 0.2) × (1 + 0.1).", "x"),
        Note("The first weight has its share of this: w1 gets (1 + 0.2) × 3 = 3.6, and without "
             "the additions it would get 0.2 × 3 = 0.6.", "w1"),
    ),
)  # fmt: skip

_SATURATION = Reason(
    "saturation",
    "Why a saturated tanh hardly learns",
    "a1 = w1*x; a2 = w2*x; h1 = tanh(a1); h2 = tanh(a2); "
    "d1 = h1 - y; d2 = h2 - y; s1 = d1**2; s2 = d2**2; loss = s1 + s2",
    {"x": 2.0, "w1": log(2.0) / 2.0, "w2": 2.5, "y": -1.0},
    (
        Note("tanh turns any number into one between -1 and 1: tanh(0.6931) = 0.6, which is h1, "
             "and tanh(5) = 0.9999, which is h2.", "h2", "computed"),
        Note("Both should be y = -1, so both are wrong, and h2 is more so: the gradient of h1 is "
             "2 × 1.6 = 3.2, and that of h2 is 2 × 2 = 4.", "h2"),
        Note("The slope of tanh is 1 − h²: for h1 this is 1 − 0.6² = 0.64, so "
             "3.2 × 0.64 = 2.048 arrives at a1.", "a1"),
        Note("For h2 it is 0.0001816, for the curve of tanh is flat there, and of the 4 only "
             "0.0007263 arrives at a2.", "a2"),
        Note("So w1 gets 4.096, and w2 gets 0.001453: of two units the one that is more wrong "
             "learns 2820 times more slowly.", "w2", path=0),
        Note("tanh is flat on both sides, and so is sigmoid; that is why weights begin small, and "
             "why deep networks like relu, whose slope is 1 for every positive number."),
    ),
)  # fmt: skip

_DEAD = Reason(
    "dead-relu",
    "Why a dead ReLU gets no gradient",
    "a1 = w1*x; a2 = w2*x; z1 = a1 + b1; z2 = a2 + b2; h1 = relu(z1); h2 = relu(z2); "
    "out = h1 + h2; r = out - y; loss = r**2",
    {"x": 3.0, "w1": 1.0, "b1": -1.0, "w2": 2.0, "b2": -7.0, "y": 6.0},
    (
        Note("relu keeps what is positive and gives 0 for the rest: h1 = relu(z1) = relu(2) = 2, "
             "and h2 = relu(z2) = relu(-1) = 0.", "h2", "computed"),
        Note("The output is out = 2 and should be y = 6, so its gradient is 2 × (2 − 6) = -8: a "
             "larger output would make the loss smaller.", "out"),
        Note("The sum passes -8 on to both units: h2 is asked to grow as much as h1 is.", "h2"),
        Note("Where its input is positive the slope of relu is 1: z1 and b1 get -8, and w1 gets "
             "-8 × 3 = -24.", "w1"),
        Note("Where its input is negative the slope is 0: z2 gets -8 × 0 = 0, and so do w2 and b2, "
             "however wrong the output is.", "z2"),
        Note("A gradient of 0 changes nothing, so z2 stays negative for this x; only another x, "
             "such as 4, can move the unit, and a unit that no example moves is dead.", "w2"),
    ),
)  # fmt: skip

_ZERO = Reason(
    "zero-weights",
    "Why weights must not start at zero",
    "a1 = w1*x; a2 = w2*x; h1 = sigmoid(a1); h2 = sigmoid(a2); "
    "m1 = v1*h1; m2 = v2*h2; out = m1 + m2; r = out - y; loss = r**2",
    {"x": 2.0, "w1": 0.0, "w2": 0.0, "v1": 0.0, "v2": 0.0, "y": 1.0},
    (
        Note("All four weights are 0, so the two hidden units are the same, "
             "h1 = h2 = sigmoid(0) = 0.5, and out = 0 where y = 1 is wanted.", "out", "computed"),
        Note("The gradient of the output is 2 × (0 − 1) = -2, and the sum passes it on to m1 and "
             "m2.", "out"),
        Note("v1 gets -2 × 0.5 = -1, and so does v2: units that are the same give their weights "
             "the same gradient.", "v1"),
        Note("On its way to w1 the gradient is multiplied by v1 = 0, so w1 gets 0, and so does w2: "
             "the weights of the hidden units do not move at all.", "w1", path=0),
        Note("A step of training moves v1 and v2 by the same amount; from then on w1 and w2 get a "
             "gradient too, but again the same one.", "v2"),
        Note("So the two units stay copies of each other for ever and can do no more than one; "
             "weights start at random numbers in order to be different."),
    ),
)  # fmt: skip

_SHARED = Reason(
    "shared-weights",
    "Why the gradient of a shared weight is a sum",
    "m1 = w*x1; n1 = v*x2; y1 = m1 + n1; m2 = w*x2; n2 = v*x3; y2 = m2 + n2; "
    "d1 = y1 - 1; d2 = y2 - 3; s1 = d1**2; s2 = d2**2; loss = s1 + s2",
    {"w": 2.0, "v": -1.0, "x1": 1.0, "x2": 2.0, "x3": 3.0},
    (
        Note("A filter of two weights slides over three numbers, as in a convolution: "
             "y1 = w·x1 + v·x2, and y2 = w·x2 + v·x3, so w and v are used twice.",
             "y2", "computed"),
        Note("y1 = 0 should be 1, and y2 = 1 should be 3: their gradients are 2 × (0 − 1) = -2 and "
             "2 × (1 − 3) = -4.", "y1"),
        Note("In its first place w is multiplied by x1 = 1, and gets -2 × 1 = -2.", "w", path=1),
        Note("In its second place w is multiplied by x2 = 2, and gets -4 × 2 = -8.", "w", path=0),
        Note("Two separate weights would get one of these each; but a nudge of w moves the loss "
             "through both places at once, so they add up: -2 + (-8) = -10.", "w"),
        Note("v gets -2 × 2 + (-4) × 3 = -16, and a weight that a recurrent network uses a hundred "
             "times gets a hundred parts: that is why backward() adds to a gradient.", "v"),
    ),
)  # fmt: skip

REASONS: Mapping[str, Reason] = {
    each.name: each for each in (_SOFTMAX, _RESIDUAL, _SATURATION, _DEAD, _ZERO, _SHARED)
}


def reason(name: str, *, language: Language = "en") -> Stepper:
    """The page of one of the REASONS in a `language`, to be shown in a notebook or saved.

    Raises ValueError, which lists the names or the languages, if there is none of this `name` or
    no such language.
    """
    return reason_called(name).stepper(language)


def reason_called(name: str) -> Reason:
    """The one of the REASONS with this `name`; raises ValueError if there is none."""
    if name not in REASONS:
        near = get_close_matches(str(name), REASONS, 1)
        meant = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"name must be one of {', '.join(REASONS)}, got {name!r}{meant}")
    return REASONS[name]


def save_reasons(folder: str | PathLike[str], *, language: Language = "en") -> list[Path]:
    """Write the pages of all REASONS in a `language` to a `folder`, each under its name.

    Returns their paths.

    The folder is made if it does not exist.

    Raises ValueError for a name that ends as that of a page does, or an unknown language,
    NotADirectoryError if there is a file in the place of the folder, and an OSError if the files
    cannot be written.
    """
    target = Path(folder)
    if target.suffix.lower() in (".html", ".htm"):
        raise ValueError(f"folder: all pages need a folder, got {str(folder)!r}: for one page give "
                         f"its name too, one of {', '.join(REASONS)}")  # fmt: skip
    pages = {name: each.stepper(language) for name, each in REASONS.items()}
    if not target.is_dir():
        demand_writable(target)
        if target.exists():
            text = f"folder: {str(target)!r} is a file; give the name of a folder"
            raise NotADirectoryError(errno.ENOTDIR, text, str(target))
        target.mkdir()
    return [page.save(target / f"{name}.html") for name, page in pages.items()]
