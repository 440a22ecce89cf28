"""Tests of machine code need LLVM."""

import pytest

from tests.back_ends import demand_installed


@pytest.fixture(autouse=True)
def llvm() -> None:
    """LLVM, or the test is skipped."""
    demand_installed("native")
