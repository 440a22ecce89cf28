"""Rules of arithmetic, proved in floating point: no numbers make their two sides different.

    python -m tests.fuzz.rules [seconds]

A solver looks for numbers that a rule allows and for which the sides differ, nan being like nan. If
it finds some, they are an error; if it proves that there are none, that holds for all numbers of 64
bits. Products of two unknown numbers may take it too long: those are proved with 16 bits, in which
the rounding, subnormal numbers and infinities are the same in kind. At most so many seconds, 120
unless told otherwise, are given to each. What the theory cannot express is listed.
"""

import sys
from time import perf_counter
from typing import Any

import z3

from engine.compiler.passes.patterns import Apply, Name, Pattern, PlainNumber, Rewrite, names_of
from engine.compiler.passes.simplify import ARITHMETIC

# What a solver cannot express: powers, the number of examples, and a difference in a last bit.
BEYOND = ("share", "count", "pow")

FORMATS = {"64 bits": z3.Float64(), "16 bits": z3.Float16()}

NEAREST = z3.RNE()


class Theory:
    """The formulas of one rule in one format of numbers, for one of the two truth values."""

    def __init__(self, rule: Rewrite, sort: Any, truth: float) -> None:
        self.rule = rule
        self.sort = sort
        self.truth_value = truth
        self.names = {name: self.unknown(name) for name in names_of(rule.before)}
        self.operations = {
            "add": lambda a, b: z3.fpAdd(NEAREST, a, b),
            "sub": lambda a, b: z3.fpSub(NEAREST, a, b),
            "mul": self.product,
            "div": lambda a, b: z3.fpDiv(NEAREST, a, b),
            "neg": z3.fpNeg,
            "less_equal": lambda a, b: self.truth(z3.fpLEQ(a, b)),
            "not_equal": lambda a, b: self.truth(z3.Not(z3.fpEQ(a, b))),
            "relu": lambda a: z3.If(z3.Or(z3.fpIsNaN(a), z3.fpGT(a, self.number(0.0))), a,
                                    self.number(0.0)),
        }  # fmt: skip

    def number(self, value: float) -> Any:
        """A plain number."""
        return z3.FPVal(value, self.sort)

    def truth(self, condition: Any) -> Any:
        """1 where a condition holds, else 0."""
        return z3.If(condition, self.number(1.0), self.number(0.0))

    def product(self, a: Any, b: Any) -> Any:
        """A b; a where b is 1, and b where a is: as the rule x * 1 = x, which comes first, says."""
        one = self.number(1.0)
        if self.rule is not ARITHMETIC[0] and (one.eq(a) or one.eq(b)):
            return b if one.eq(a) else a
        return z3.fpMul(NEAREST, a, b)

    def unknown(self, name: str) -> Any:
        """What a name stands for: `t` for a truth value, any other for a number."""
        return self.number(self.truth_value) if name == "t" else z3.FP(name, self.sort)

    def formula(self, pattern: Pattern) -> Any:
        """A pattern as a term."""
        if isinstance(pattern, Name):
            return self.names[pattern.name]
        if isinstance(pattern, PlainNumber):
            return self.number(pattern.value)
        assert isinstance(pattern, Apply), "a pattern is a name, a number or an operation"
        return self.operations[pattern.kind](*map(self.formula, pattern.operands))

    def conditions(self) -> list[Any]:
        """What the names and the rule demand of the numbers."""
        found = []
        for name, number in self.names.items():
            if name == "z":  # never -0
                found.append(z3.Not(z3.And(z3.fpIsZero(number), z3.fpIsNegative(number))))
            if name == "p":  # 1, 2, 4, ...: of which no double overflows
                bits = self.sort.sbits() - 1
                found += [z3.Extract(bits - 1, 0, z3.fpToIEEEBV(number)) == 0,
                          z3.fpGEQ(number, self.number(1.0)),
                          z3.Not(z3.fpIsInf(z3.fpAdd(NEAREST, number, number)))]  # fmt: skip
        if self.rule.finite is not None:
            made = self.formula(self.rule.finite)
            found.append(z3.Not(z3.Or(z3.fpIsInf(made), z3.fpIsNaN(made))))
        return found

    def difference(self) -> Any:
        """What holds where the sides differ: in a bit, but for those of nan."""
        before, after = self.formula(self.rule.before), self.formula(self.rule.after)
        both_nan = z3.And(z3.fpIsNaN(before), z3.fpIsNaN(after))
        return z3.Not(z3.Or(both_nan, before == after))


def outcome(rule: Rewrite, sort: Any, seconds: int) -> tuple[str, str]:
    """`unsat` where a rule is proved, `sat` where it is false, else `unknown`; and the numbers."""
    for truth in (0.0, 1.0) if "t" in names_of(rule.before) else (0.0,):
        theory, solver = Theory(rule, sort, truth), z3.Solver()
        solver.set("timeout", 1000 * seconds)
        solver.add(*theory.conditions(), theory.difference())
        found = str(solver.check())
        if found != "unsat":
            return found, str(solver.model()) if found == "sat" else ""
    return "unsat", ""


def is_expressible(rule: Rewrite) -> bool:
    """Whether both sides are formulas of floating-point theory, and promised to the bit."""
    kinds = f"{rule!r}"
    has_power = any(each in kinds for each in ("**", "share", "count"))
    return not has_power and "last bit" not in rule.exact


def main(seconds: int = 120) -> None:
    """Prove all rules; ValueError for one that is false, or that no format can prove."""
    for rule in ARITHMETIC:
        if not is_expressible(rule):
            print(f"{rule!r:<48} beyond the theory ({rule.exact})")
            continue
        for name, sort in FORMATS.items():
            began = perf_counter()
            found, numbers = outcome(rule, sort, seconds)
            if found == "sat":
                raise ValueError(f"{rule!r} is false with {name}: {numbers}")
            print(f"{rule!r:<48} {'proved' if found == 'unsat' else 'no answer'} for {name}, "
                  f"{perf_counter() - began:.1f} s", flush=True)  # fmt: skip
            if found == "unsat":
                break
        else:
            raise ValueError(f"{rule!r} is neither proved nor refuted in {seconds} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
