"""A module in LLVM's language keeps each constant array once, and knows it by its name."""

import numpy as np

from engine.compiler.native_backend.llvm.module import ModuleText


def test_arrays_are_known_by_their_names() -> None:
    """As rows; equal ones have one name, and whole numbers are others than floats."""
    module = ModuleText()
    arrays = [np.arange(6.0).reshape(2, 3), np.arange(6), np.array(2.5), np.arange(6.0)[::-1]]
    names = [module.array(each) for each in arrays]
    assert len({*names}) == 4
    assert [module.array(each.copy()) for each in arrays] == names
    for name, array in zip(names, arrays, strict=True):
        found = module.numbers(name)
        assert found.tolist() == array.reshape(-1).tolist()
        assert found.dtype == (np.int64 if array.dtype.kind == "i" else np.float64)
    assert module.numbers("@other") is None


def test_a_short_array_is_written_in_digits_and_a_long_one_in_bytes() -> None:
    """Up to 64 numbers are short."""
    module = ModuleText()
    module.array(np.arange(64))
    module.array(np.arange(65))
    short, long = (line for line in module.text.splitlines() if line.startswith("@array"))
    assert "[64 x i64] [i64 0, i64 1, " in short
    assert r'[520 x i8] c"\00\00\00\00\00\00\00\00\01\00' in long
