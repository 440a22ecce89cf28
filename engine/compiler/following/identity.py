"""Code that asks which object it has, and not which number: a path gives it another object.

    if (v > 0) is True            match v > 0: case True
    if type(v.data) is float      v.data.__class__ is float
    if max(a, b) is a

Nothing can answer for `is`, so the code itself is looked at: where it asks so, a comparison is
answered at once, a number that is read stays as it is, and `max` gives one of its operands.
"""

from collections.abc import Iterable
from dis import get_instructions
from functools import lru_cache
from types import CodeType, FrameType, FunctionType
from typing import Literal

# What code asks: whether it has True or False, of which class a number is, and whether two objects
# are one.
IdentityAsked = Literal["truth", "class", "object"]

_CLASS_OF, _CLASSES = {"type", "__class__"}, {"float", "int", "__name__", "Value"}


def asks_for(what: IdentityAsked, frames: Iterable[FrameType]) -> bool:
    """Whether the code of some frames asks so, or a function of its module that it names."""
    for frame in frames:
        beside = map(frame.f_globals.get, frame.f_code.co_names)
        codes = [each.__code__ for each in beside if isinstance(each, FunctionType)]
        if any(what in _asked_in(each) for each in (frame.f_code, *codes)):
            return True
    return False


@lru_cache(maxsize=1_024)
def _asked_in(code: CodeType) -> frozenset[IdentityAsked]:
    """What some code asks, and functions in it."""
    names = {*code.co_names}
    found: set[IdentityAsked] = {"class"} if names & _CLASS_OF and names & _CLASSES else set()
    before: list[object] = [code, code]  # constants loaded by the last instructions, or no constant
    for each in get_instructions(code):
        if each.opname == "IS_OP":
            constants = [one for one in before if one is not code]
            if not constants:
                found.add("object")
            elif any(isinstance(one, bool) for one in constants):
                found.add("truth")
        before = [before[1], each.argval if "LOAD_CONST" in each.opname else code]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _asked_in(constant)
    return frozenset(found)
