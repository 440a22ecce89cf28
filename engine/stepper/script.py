"""The script and the style of the page and of the widget: the files of player and style, joined.

A page must be complete in itself, and a policy allows its one script by its hash. So the modules
are put one after another, without imports, comments, indents and the word `export`. No name may
then be defined in two of them, and each imports only from modules above it in `MODULES`.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from zlib import compress

from ..compiler.javascript.dense import dense
from ..languages import Speech

MODULES = (
    # What a page says, in its language.
    "said/say",
    # The run and what is seen of it, which know of no page.
    "run/decimals",
    "run/alike",
    "run/numbers",
    "run/apart",
    "run/kinks",
    "run/nudges",
    "run/steps",
    "run/without",
    "run/run",
    # The run on other numbers: computed by the rows of its operations, and what is said of these.
    "live/arithmetic",
    "live/rows",
    "live/sweep",
    "live/slopes",
    "live/witness",
    "live/differences",
    "live/verdicts",
    "live/ways",
    "live/paths",
    "live/heights",
    "live/curves",
    "live/retrace",
    "said/formulas",
    "formula/written",
    "formula/programs",
    "formula/told",
    "formula/derivatives",
    "formula/texts",
    "live/leaves",
    "live/live",
    "live/current",
    "run/pace",
    "run/places",
    # What is said of a step.
    "said/names",
    "said/lines",
    "said/none",
    "said/rules",
    "said/phrases",
    "said/words",
    "meaning/leaves",
    "said/meaning",
    "said/zero",
    "said/next",
    # What is asked about a step, and what is seen in a state.
    "questions/evaluate",
    "questions/replies",
    "questions/scene",
    "questions/slips",
    "questions/products",
    "questions/choices",
    "questions/turns",
    "questions/doubling",
    "questions/table",
    "questions/score",
    "questions/asking",
    "run/state",
    "address",
    # What the parts of the page are made of.
    "elements/elements",
    "elements/renewed",
    "elements/fitted",
    "elements/rectangles",
    "elements/legible",
    "elements/terms",
    "elements/tables",
    "elements/pulled",
    "elements/narrow",
    # The parts of the page.
    "cards/why",
    "cards/plot",
    "cards/sides",
    "cards/rows",
    "questions/form",
    "questions/options",
    "questions/card",
    "cards/equation",
    "cards/numbers",
    "picture/camera",
    "picture/concerned",
    "picture/gestures",
    "picture/framed",
    "picture/turned",
    "picture/arrows",
    "picture/boxes",
    "picture/in_view",
    "picture/following",
    "picture/concern",
    "picture/flow",
    "picture/moves",
    "picture/tip",
    "picture/walk",
    "picture/graph",
    "cards/uses",
    "cards/ledger",
    "cards/paths",
    "cards/values",
    "cards/legend",
    "cards/about",
    # What a gradient means.
    "meaning/nudge",
    "meaning/descent",
    "meaning/says",
    "meaning/outcomes",
    "meaning/fields",
    "meaning/plots",
    "meaning/nudging",
    "meaning/bars",
    "meaning/table",
    "meaning/course",
    "meaning/descending",
    # The bar, and the tables in one place.
    "cards/changed",
    "cards/tabs",
    "cards/keys",
    "cards/controls",
    # All of it, and where it stands.
    "screen",
    "player",
    "graph",
    "folded/walk",
    "folded/says",
    "folded/marks",
    "folded/picture",
    "folded/step",
    "folded/classes",
    "folded/show",
    "shells",
)

# What the playground has besides, which is read behind them; what unpacks all of it; and what only
# pages of a run have.
PLAYGROUND = (
    # The language of formulas.
    "language/pointing",
    "language/tokens",
    "language/close_matches",
    "language/reasons",
    "language/stack",
    "language/parser",
    # The traces of formulas.
    "formula/names",
    "formula/made",
    "formula/document",
    # Pictures without Graphviz.
    "layout/letters",
    "layout/scene",
    "layout/columns",
    "layout/order",
    "layout/heights",
    "layout/curves",
    "layout/alike",
    "layout/layout",
    "layout/svg",
    # The page in which one types a formula.
    "playground/formulas",
    "playground/link",
    "playground/strip",
    "playground/followed",
    "playground/start",
)
UNPACKING = "unpacked"
_OF_RUNS = {"shells", *(name for name in MODULES if name.startswith("folded/"))}

# The parts of the style; a later one adds to the ones above it, or takes precedence.
STYLES = (
    "theme", "page", "fields", "step", "lines", "picture", "flow", "tables", "cards/why",
    "cards/about", "layout", "controls", "narrow", "cards/meaning", "views", "folded", "print",
)  # fmt: skip

# An import, and the word before what a module exports.
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const |class )", re.MULTILINE)

# A comment of a style, and what is before its lines.
_COMMENT = re.compile(r"/\*.*?\*/\n*", re.DOTALL)
_INDENT = re.compile(r"^\s+", re.MULTILINE)


@cache
def page_script() -> str:
    """The modules of a page as one text that needs no other, and gives nothing to others."""
    return joined_script(MODULES)


@cache
def playground_script() -> str:
    """The same for the playground."""
    return joined_script((*(name for name in MODULES if name not in _OF_RUNS), *PLAYGROUND))


def unpacking_script() -> str:
    """The script that unpacks another one, and runs it."""
    return joined_script([UNPACKING])


def packed_script(script: str) -> str:
    """A text compressed, and written in base64."""
    return b64encode(compress(script.encode("utf-8"), 9)).decode()


@cache
def page_style() -> str:
    """All parts of the style as one text."""
    folder = files(__package__) / "style"
    texts = ((folder / f"{name}.css").read_text("utf-8") for name in STYLES)
    return _INDENT.sub("", _COMMENT.sub("", "\n".join(texts)))


def joined_script(modules: Iterable[str], *more: str) -> str:
    """Modules one after the other, without imports, comments and `export`; then `more` of them.

    `modules` are names of files of the player, each after those from which it imports; `more` are
    texts.
    """
    folder = files(__package__) / "player"
    texts = [*((folder / f"{name}.mjs").read_text("utf-8") for name in modules), *more]
    return dense("\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts))


def widget_script(words: Speech) -> str:
    """The same with the words of its language, and with what anywidget looks for."""
    return f"{page_script()}\nspeak({words.as_data()});\nexport default {{ render }};\n"
