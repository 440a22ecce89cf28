"""What is argued about mutants is argued about the lines that there are."""

from pathlib import Path

import pytest

from tests.mutation.equivalent import argued, arguments, spaced

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("file", sorted({each["file"] for each in arguments()}))
def test_a_line_that_is_argued_about_is_in_its_file(file: str) -> None:
    """Once it has been changed, nothing is argued about it any more."""
    lines = set(map(spaced, (ROOT / file).read_text(encoding="utf-8").splitlines()))
    assert {before for before, _ in argued(Path(file))} <= lines


def test_each_mutant_is_argued_about_once_and_with_a_reason() -> None:
    """It is another line than the one that it changes."""
    table = arguments()
    found = [(each["file"], each["line"], after) for each in table for after in each["becomes"]]
    assert len(set(found)) == len(found)
    assert all(before != after for _, before, after in found)
    assert all(each["because"] for each in table)
