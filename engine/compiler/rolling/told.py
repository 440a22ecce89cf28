"""What is said of the loops of a program: their steps, their lines, and why others are none.

Lines of the program are known where they were noted while the graph was recorded:

    with engine.source_lines():
        program = engine.compile(lambda: loss(model), parameters=model.parameters())
    print(program.summary())
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ...watching.observers import noted_lines
from ..arrays import Ints
from .folded import FoldedClasses

# The most loops, and the most lines of one, of which something is said.
_MOST_LOOPS, _MOST_LINES = 4, 3

# The largest length of a line.
_LONGEST = 70

# From how many classes outside of loops on, something is said of them.
_MANY = 100

# For each class its line, as text.
ClassLines = Mapping[int, str]


class StepsFound(NamedTuple):
    """Steps that do the same.

    - `steps`: how many there are; `classes`: the numbers of the classes of one of them.
    - `why`: why they are no loop, and what would help; empty for a loop.
    """

    steps: int
    classes: tuple[int, ...]
    why: str = ""


class LoopsFound(NamedTuple):
    """The steps that were found, and the classes that are in no steps.

    - `are_by_level`: whether classes of one operation at one depth were put together before.
    """

    found: tuple[StepsFound, ...] = ()
    others: tuple[int, ...] = ()
    are_by_level: bool = False

    def renumbered(self, numbers: Sequence[int]) -> "LoopsFound":
        """The same of classes that have other numbers: class i is class `numbers[i]`."""
        found = tuple(each._replace(classes=tuple(numbers[one] for one in each.classes))
                      for each in self.found)  # fmt: skip
        others = tuple(dict.fromkeys(numbers[each] for each in self.others))
        return self._replace(found=found, others=others)

    def of_levels(self, level_of: Ints) -> "LoopsFound":
        """The same of the classes of which these are levels: class i is in level `level_of[i]`.

        Of a level that is in no steps, one class is named.
        """
        classes: dict[int, list[int]] = {}
        for number, level in enumerate(level_of.tolist()):
            classes.setdefault(level, []).append(number)
        found = tuple(
            each._replace(classes=tuple(n for one in each.classes for n in classes.get(one, ())))
            for each in self.found
        )
        others = tuple(classes[each][0] for each in self.others if each in classes)
        return LoopsFound(found, others, are_by_level=True)


def class_lines(classes: FoldedClasses) -> ClassLines:
    """The line that made the first member of each class, where lines were noted."""
    noted = noted_lines()
    if not noted:
        return {}
    serials = ((number, each.serial) for number, each in enumerate(classes.firsts))
    return {number: noted[serial] for number, serial in serials if serial in noted}


def said_of(loops: LoopsFound, lines: ClassLines, left: str = "") -> tuple[str, ...]:
    """What is said of loops, in a few lines of text.

    `left` is why no loop is computed as one; if it is empty, something is said of a loop only if
    its lines are known.
    """
    said = []
    for steps, classes, why in loops.found:
        where = _where(classes, lines)
        if why:
            said.append(f"{steps:,} steps are no loop{where}: {why}")
        elif where or left:
            said.append(f"a loop of {steps:,} steps{where}{left and f': {left}'}")
    more = len(said) - _MOST_LOOPS
    said[_MOST_LOOPS:] = [f"and {more:,} more"] if more > 0 else []
    if len(loops.others) >= _MANY:
        said.append(f"{len(loops.others):,} classes are in no loop{_where(loops.others, lines)}: "
                    "what is done there differs from step to step; write a loop whose steps do the "
                    "same, with states of one shape (engine.scan says it outright)")  # fmt: skip
    is_known = lines or (not any(each.why for each in loops.found) and len(loops.others) < _MANY)
    if not is_known:
        said.append("which lines these are is told for what is compiled inside "
                    "`with engine.source_lines():`")  # fmt: skip
    return tuple(said)


def _where(classes: Iterable[int], lines: ClassLines) -> str:
    """The lines that made most of some classes, after other words; empty if none is known."""
    counts = Counter(lines[each] for each in classes if each in lines)
    shown = [line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
             for line, _ in counts.most_common(_MOST_LINES)]  # fmt: skip
    more = len(counts) - len(shown)
    text = "; ".join([*shown, *([f"and {more:,} more lines"] if more else [])])
    return f" ({text})" if text else ""
