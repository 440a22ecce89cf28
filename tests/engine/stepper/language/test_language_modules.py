"""The modules that read formulas: they can be joined with those of the player into one script."""

import re
from importlib.resources import files

from engine.stepper.script import page_script
from tests.engine.stepper.test_modules import defined

FOLDER = files("engine") / "stepper" / "language"

# What a module imports stands above it.
MODULES = ("pointing", "tokens", "close_matches", "reasons", "stack", "parser")

FOUND = {
    each.name.removesuffix(".mjs"): each.read_text("utf-8")
    for each in FOLDER.iterdir()
    if each.name.endswith(".mjs")
}
TEXTS = {name: FOUND[name] for name in MODULES}

IMPORTED = re.compile(r'^import \{ [^}]+? \} from "\./(\w+)\.mjs";$', re.MULTILINE)


def test_each_module_imports_from_modules_above_it() -> None:
    """So there is no circle."""
    assert FOUND.keys() == TEXTS.keys()
    for place, (name, text) in enumerate(TEXTS.items()):
        wanted = IMPORTED.findall(text)
        assert len(wanted) == len(re.findall(r"^import ", text, re.MULTILINE)), name
        assert set(wanted) <= set(MODULES[:place]), name


def test_no_name_is_defined_twice() -> None:
    """In one script all of them stand beside those of the player."""
    names = [each for text in TEXTS.values() for each in defined(text)]
    assert len(names) == len(set(names))
    assert set(names) & set(defined(page_script())) == set()


def test_a_module_is_short_and_opens_with_what_it_is_for() -> None:
    """In a sentence above all code. A line has a hundred columns."""
    for name, text in TEXTS.items():
        assert re.match(r"// [A-Z][^\n]+\.\n", text), name
        assert 30 <= len(text.splitlines()) <= 220, name
        assert max(map(len, text.splitlines())) <= 100, name


def test_no_text_becomes_a_program() -> None:
    """The page's policy forbids it."""
    assert not re.search(r"\beval\b|\bFunction\(|\bimport\(", "".join(TEXTS.values()))
