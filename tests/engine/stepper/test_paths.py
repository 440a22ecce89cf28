"""The number of paths in words: all digits, however many, while there are any paths to be seen."""

from engine.stepper.paths import _DIGITS, _decimal


def test_a_number_is_told_in_all_digits_up_to_a_limit() -> None:
    """Where paths are listed it is told in any case."""
    huge = 10 ** (2 * _DIGITS)
    assert _decimal(12_345, listed=False) == "12345"
    assert _decimal(huge, listed=False) == ""
    assert _decimal(huge, listed=True) == str(1) + "0" * (2 * _DIGITS)
