"""Steps that lack operations, laid out side by side."""

from itertools import combinations
from random import Random

import numpy as np
import pytest

from engine.compiler.filling import aligned
from engine.compiler.filling.aligned import Slots, laid_out_steps


def row_of(*steps: str) -> np.ndarray:
    """Steps of which a letter is an operation, as a row of whole numbers."""
    return np.array([*map(ord, "".join(steps))])


def shown(tokens: np.ndarray, found: Slots) -> list[str]:
    """The slots of each step, with a point for what is missing."""
    return [
        "".join("." if each < 0 else chr(tokens[each]) for each in row) for row in found.numbers
    ]


def test_steps_have_a_slot_for_each_operation_that_any_of_them_has() -> None:
    """In the order of all of them, wherever what is missing belongs."""
    steps = ["abcdefgh", "abcdgh", "abcdefxgh", "abcdgh", "abcdefgh"] * 4
    tokens = row_of("pq", *steps, "r")
    (found,) = laid_out_steps(tokens)
    assert (found.start, found.end) == (2, len(tokens) - 1)
    lacks = {"abcdefgh": "abcdef.gh", "abcdgh": "abcd...gh", "abcdefxgh": "abcdefxgh"}
    assert shown(tokens, found) == [lacks[each] for each in steps]


def test_each_operation_between_is_in_one_slot_in_order() -> None:
    """Whatever the steps are; nothing is lost, and nothing comes twice."""
    random = Random(1)
    for _ in range(20):
        parts = ["".join(random.choices("abcdefg", k=random.randint(2, 5))) for _ in range(4)]
        steps = ["stuv" + "".join(part for part in parts if random.random() < 0.6)
                 for _ in range(30)]  # fmt: skip
        tokens = row_of(*steps)
        for found in laid_out_steps(tokens):
            numbers = found.numbers[found.numbers >= 0]
            np.testing.assert_array_equal(numbers, np.arange(found.start, found.end))
            assert (found.numbers >= 0).any(axis=0).all()
            for column in found.numbers.T:
                assert len({*tokens[column[column >= 0]].tolist()}) == 1


def test_loops_one_after_another_are_laid_out_each_by_itself() -> None:
    """Though the steps of one begin as those of the other do."""
    first, second = ["abcdexy", "abcde"] * 8, ["fghijkl", "fghkl"] * 8
    tokens = row_of(*first, "zz", *second)
    one, other = laid_out_steps(tokens)
    between = len("".join(first))
    assert one.end <= between < between + 2 <= other.start
    assert min(len(one.numbers), len(other.numbers)) >= 14


@pytest.mark.parametrize("tokens", [row_of("a"), row_of("abcdefghijklmnop"), row_of("abcab" * 3)])
def test_there_is_nothing_to_lay_out_where_nothing_repeats_often(tokens: np.ndarray) -> None:
    """Or where little would be saved."""
    assert laid_out_steps(tokens) == []


def test_steps_in_which_nearly_all_is_missing_are_none() -> None:
    """A slot for each operation would be one that nearly all steps lack."""
    letters = [chr(i) for i in range(200, 1_000)]
    steps = [f"abcd{''.join(letters[20 * i : 20 * i + 20])}" for i in range(30)]
    assert laid_out_steps(row_of(*steps)) == []


def longest_common(first: str, second: str) -> int:
    """The length of the longest text of which both have all letters in order, by trying all."""

    def has(text: tuple[str, ...]) -> bool:
        """Whether the second one has these letters in order."""
        rest = iter(second)
        return all(letter in rest for letter in text)

    return max(n for n in range(len(first) + 1) for text in combinations(first, n) if has(text))


def test_there_are_no_more_slots_than_two_kinds_of_steps_need() -> None:
    """The operations of both, of which the most that can be are one."""
    random, met = Random(2), 0
    for _ in range(60):
        first, second = ("".join(random.choices("abcd", k=6)) for _ in range(2))
        steps = [f"stuv{first}", f"stuv{second}"] * 12
        random.shuffle(steps)
        found = laid_out_steps(row_of(*steps))
        if len(found) == 1 and found[0].numbers.shape[0] == len(steps):
            met += 1
            assert found[0].numbers.shape[1] == 4 + 12 - longest_common(first, second)
    assert met > 40


def test_steps_in_which_less_than_three_of_five_are_missing_are_steps() -> None:
    """Of 34 operations each has 14, and there is no slot that none of them needs."""
    steps = ["abcdefghijklmn", "abcdopqrstuvwx", "abcdyzABCDEFGH"] * 10
    Random(1).shuffle(steps)
    (found,) = laid_out_steps(row_of(*steps))
    assert found.numbers.shape == (30, 34)


def test_slots_are_given_up_where_too_much_is_to_be_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then only steps are laid out of which one is a part of the other."""
    tokens = row_of(*Random(1).choices(["abcdefgh", "abcdxygh"], k=40))
    (best,) = laid_out_steps(tokens)
    assert {*shown(tokens, best)} == {"abcdef..gh", "abcd..xygh"}
    monkeypatch.setattr(aligned, "_MOST", 1)
    assert all(each.saved < best.saved for each in laid_out_steps(tokens))
