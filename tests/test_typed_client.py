"""What users write: type checkers read it in `make types`; here it runs."""

import subprocess
import sys
from pathlib import Path

import pytest


def test_the_typed_client_runs() -> None:
    """What the checkers accept works, in a Python of its own, and prints nothing."""
    pytest.importorskip("numpy", reason="NumPy, which the client uses, is not installed")
    command = [sys.executable, "-W", "error", "-m", "tests.typed_client"]
    root = Path(__file__).parents[1]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
