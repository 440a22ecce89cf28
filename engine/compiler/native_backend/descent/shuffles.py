"""The shuffle of Python's `random` in machine code: the same order, and the same state afterwards.

    void shuffle(i64* state, i64* items, i64 count)

`state` is that of a Mersenne Twister, as `Random.getstate()` has it: 624 words and the place of the
next one, from Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
uniform pseudorandom number generator" (1998).
"""

import ctypes
from functools import cache
from random import Random
from typing import Any

from ...arrays import np
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index, named
from ..llvm.jit import MACHINE, Code
from ..llvm.module import STEP, ModuleText
from ..llvm.numbers import WHOLE, Variable, Vector
from ..plan.memory import address_of

# The words of a state, how far apart those are that make a new one, and the masks of the twist.
_WORDS, _APART, _HIGH, _LOW, _TWIST = 624, 397, 0x80000000, 0x7FFFFFFF, 0x9908B0DF

# The steps that make a number of a word: shifts and masks.
_TEMPERING = ((">>>", 11, 0xFFFFFFFF), ("<<", 7, 0x9D2C5680), ("<<", 15, 0xEFC60000),
              (">>>", 18, 0xFFFFFFFF))  # fmt: skip

# Numbers below 2^32 take one word each.
_MOST = 2**32 - 1


def shuffle(state: Any, items: Any) -> None:
    """Shuffle whole numbers, and change the state: both in arrays of int64."""
    assert len(items) <= _MOST, "a number is drawn from one word"
    if len(items) > 1:
        _shuffle()(address_of(state), address_of(items), len(items))


@cache
def is_as_in_python() -> bool:
    """Whether this Python shuffles as described above, and keeps such a state."""
    draws, items = Random(0), list(range(1_000))
    version, words, _ = draws.getstate()
    if version != 3 or len(words) != _WORDS + 1:
        return False
    state, found = np.array(words, dtype=np.int64), np.arange(1_000)
    draws.shuffle(items)
    shuffle(state, found)
    return items == found.tolist() and list(draws.getstate()[1]) == state.tolist()


@cache
def _shuffle() -> Any:
    """The function in machine code."""
    code = MACHINE.compiled(shuffle_text())
    called = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
    return _Kept(code, called(code.address("shuffle")))


class _Kept:
    """A function, with the code in which it is."""

    def __init__(self, code: Code, function: Any) -> None:
        self._code, self._function = code, function

    def __call__(self, *given: Any) -> None:
        self._function(*given)


def shuffle_text() -> str:
    """The function in LLVM's language."""
    module = ModuleText()
    parts = {"twist": _twist, "shuffle": _swaps}
    heads = {"twist": "internal void @twist(ptr %state)",
             "shuffle": "void @shuffle(ptr %state, ptr %items, i64 %count)"}  # fmt: skip
    for name, write in parts.items():
        builder = FunctionBuilder(module)
        write(builder)
        text = f"define {heads[name]} {STEP} {{\n{builder.body}\n  ret void\n}}\n"
        module.functions[name] = text
    return module.text


def _twist(builder: FunctionBuilder) -> None:
    """New words: each from itself, the next one, and one that is further on."""
    early = _WORDS - _APART
    with builder.loop(early) as i:
        _renew(builder, i, i + 1, i + _APART)
    with builder.loop(_WORDS - 1, early) as i:
        _renew(builder, i, i + 1, i + -early)
    _renew(builder, Index(_WORDS - 1), Index(0), Index(_APART - 1))


def _renew(builder: FunctionBuilder, i: Index, following: Index, further: Index) -> None:
    """Put a new word at place `i`."""
    whole, on = builder.whole, builder.whole_operation
    this, then, far = (builder.load("%state", at, kind=WHOLE) for at in (i, following, further))
    joined = on("|", on("&", this, whole(_HIGH)), on("&", then, whole(_LOW)))
    twist = on("*", on("&", joined, whole(1)), whole(_TWIST))
    word = on("^", on("^", far, on(">>>", joined, whole(1))), twist)
    builder.store("%state", i, word)


def _swaps(builder: FunctionBuilder) -> None:
    """From the last item on, swap each with one of those up to it.

    A number that is drawn in vain swaps an item with itself, and the item stays the next one:
    processors cannot guess which numbers are, and a wrong guess takes longer than a swap.
    """
    last, at = builder.variable(1, WHOLE), builder.variable(1, WHOLE)
    builder.set(last, Vector(builder.operand(named("%count") + -1), 1, WHOLE))
    builder.set(at, builder.load("%state", _WORDS, kind=WHOLE))
    again, found = builder.label(), builder.label()
    builder.jump(again)
    builder.start(again)
    item = builder.get(last)
    limit = builder.whole_operation("+", item, builder.whole(1))
    number = builder.whole_operation(">>>", _word(builder, at), _needless(builder, limit))
    is_below = builder.whole_compare("less", number, limit)
    places = [named(each.text) for each in (item, builder.selected(is_below, number, item))]
    one, other = (builder.load("%items", place, kind=WHOLE) for place in places)
    builder.store("%items", places[0], other)
    builder.store("%items", places[1], one)
    before = builder.whole_operation("-", item, builder.whole(1))
    builder.set(last, builder.selected(is_below, before, item))
    is_over = builder.whole_compare("equal", builder.get(last), builder.whole(0))
    builder.decide(is_over, found, again)
    builder.start(found)
    builder.store("%state", _WORDS, builder.get(at))


def _needless(builder: FunctionBuilder, limit: Vector) -> Vector:
    """How many bits a word has more than a limit."""
    builder.module.declare("i64 @llvm.ctlz.i64(i64, i1)")
    zeros = builder.made(f"call i64 @llvm.ctlz.i64({limit.typed}, i1 true)", 1, WHOLE)
    return builder.whole_operation("-", zeros, builder.whole(32))


def _word(builder: FunctionBuilder, at: Variable) -> Vector:
    """The next 32 random bits; `at` is the place of their word in the state."""
    is_over = builder.whole_compare("equal", builder.get(at), builder.whole(_WORDS))
    with builder.when(is_over):
        builder.line("call void @twist(ptr %state)")
        builder.set(at, builder.whole(0))
    word = builder.load("%state", named(builder.get(at).text), kind=WHOLE)
    builder.set(at, builder.whole_operation("+", builder.get(at), builder.whole(1)))
    for sign, count, mask in _TEMPERING:
        moved = builder.whole_operation(sign, word, builder.whole(count))
        kept = builder.whole_operation("&", moved, builder.whole(mask))
        word = builder.whole_operation("^", word, kept)
    return word
