"""The modules of the player: what each imports stands above it, and they can be joined."""

import posixpath
import re
from collections import Counter
from importlib.resources import files
from math import inf
from pathlib import Path

from engine.languages import speech_in
from engine.stepper.script import (
    MODULES,
    PLAYGROUND,
    UNPACKING,
    joined_script,
    page_script,
    widget_script,
)

FOLDER = files("engine") / "stepper" / "player"

ALL = (*MODULES, *PLAYGROUND, UNPACKING)

TEXTS = {name: (FOLDER / f"{name}.mjs").read_text("utf-8") for name in ALL}

# What a module defines for all of its functions, exported or not.
DEFINED = re.compile(
    r"^(export )?(?:async )?(?:function\*?|const|let|var|class) (\w+)", re.MULTILINE
)

IMPORTED = re.compile(r'^import \{ ([^}]+?),? \} from "(\.[\w./]+)\.mjs";$', re.MULTILINE)


def defined(text: str) -> list[str]:
    """The names that a text defines at its top level."""
    return [name for _, name in DEFINED.findall(text)]


def exported(text: str) -> set[str]:
    """The names that a module gives to others."""
    return {name for export, name in DEFINED.findall(text) if export}


def imported(name: str) -> list[tuple[str, str]]:
    """What a module imports: names, and the module from which, by its place in the folder."""
    found = IMPORTED.findall(TEXTS[name])
    return [(names, posixpath.normpath(posixpath.join(posixpath.dirname(name), path)))
            for names, path in found]  # fmt: skip


def every_file(suffixes: tuple[str, ...]) -> list[Path]:
    """The files of the folder, and of those in it."""
    return [path for path in Path(str(FOLDER)).rglob("*") if path.name.endswith(suffixes)]


def starting_with(word: str, text: str) -> list[str]:
    """The lines that begin with a word."""
    return re.findall(rf"^{word}\b.*", text, re.MULTILINE)


def test_the_lists_hold_all_modules_and_no_other() -> None:
    """One that is not in it would be missing from the page."""
    names = [path.relative_to(str(FOLDER)).as_posix() for path in every_file((".mjs",))]
    assert sorted(names) == sorted(f"{name}.mjs" for name in ALL)


def test_no_name_is_defined_twice() -> None:
    """In one script all of them stand side by side; each of them has a name that can be seen."""
    names = [name for text in TEXTS.values() for name in defined(text)]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    everything = page_script() + "\n" + joined_script([*PLAYGROUND, UNPACKING])
    assert not Counter(names) - Counter(defined(everything))
    for text in TEXTS.values():
        words = "|".join(["export", "async", "function", "const", "let", "var", "class"])
        assert len(starting_with(f"(?:{words})", text)) == len(defined(text))


def test_an_import_names_what_a_module_above_exports() -> None:
    """So the order is one in which each module finds what it needs, and there is no circle."""
    for place, (name, text) in enumerate(TEXTS.items()):
        imports = imported(name)
        assert len(imports) == len(starting_with("import", text)), name
        for names, module in imports:
            assert module in ALL[:place], f"{name} imports from {module}"
            assert set(names.split(", ")) <= exported(TEXTS[module]), f"{name} from {module}"


def test_what_is_exported_is_imported_somewhere() -> None:
    """By another module; `render` by the widget, some functions by their tests."""
    used = {
        (module, name)
        for importing in TEXTS
        for names, module in imported(importing)
        for name in names.split(", ")
    }
    given = {(module, name) for module, text in TEXTS.items() for name in exported(text)}
    assert given - used == {
        ("shells", "render"), ("cards/keys", "actionOf"), ("run/numbers", "added"),
        ("meaning/leaves", "isData"), ("cards/changed", "changesSince"),
        ("meaning/says", "directionOf"), ("questions/score", "messagesFor"),
        ("layout/curves", "doOverlap"), ("said/say", "speak"),
    }  # fmt: skip


def test_the_script_imports_and_exports_nothing() -> None:
    """But for what anywidget looks for; not even types."""
    script = page_script()
    assert not re.search(r"^\s*(?:import|export)\b|@import|\bimport\(", script, re.MULTILINE)
    words = speech_in("en")
    rest = widget_script(words).removeprefix(script).strip().splitlines()
    assert rest == [f"speak({words.as_data()});", "export default { render };"]


def test_no_text_becomes_a_program() -> None:
    """The page's policy forbids it."""
    assert not re.search(r"\beval\b|\bFunction\(|\binnerHTML\b|\bimport\(", page_script())


def test_no_text_goes_over_several_lines() -> None:
    """Where lines are joined, the blanks at their beginnings are left out."""
    for name, text in TEXTS.items():
        code = re.sub(r"^ *(?://.*|/?\*.*)$", "", text, flags=re.MULTILINE)
        assert [line for line in code.splitlines() if line.count("`") % 2] == [], name


def test_a_module_is_short_and_opens_with_what_it_is_for() -> None:
    """In a sentence above all code; a file of types too. A line has a hundred columns.

    Types that are made from a schema are as many as it has.
    """
    for path in every_file((".mjs", ".ts")):
        text = path.read_text("utf-8")
        assert re.match(r"// [A-Z][^\n]+\.\n", text), path
        most = {"trace.d.ts": inf, "fold.d.ts": inf, "parser.mjs": 220}.get(path.name, 180)
        assert 30 <= len(text.splitlines()) <= most, path
        assert max(map(len, text.splitlines())) <= 100, path
