"""Who decides on a path: what is asked once is known from then on, and not all may be asked."""

import sys

import pytest

from engine import Value
from engine.compiler.following.decider import AskedTest, Decider, NotFollowed
from engine.compiler.kinds.decisions import IF_EQUAL


def test_a_path_of_two_thousand_decisions_is_followed_and_no_longer_one() -> None:
    """What was asked before is none more."""
    decider, x, frame = Decider(lambda *_: True, None), Value(0.0), sys._getframe()
    tests = [AskedTest(IF_EQUAL, x, float(i)) for i in range(2_001)]
    assert all(decider.decided(test, frame) for test in [*tests[:2_000], *tests[:10]])
    assert len(decider.asked) == 2_000
    with pytest.raises(NotFollowed, match="more than 2,000 decisions"):
        decider.decided(tests[2_000], frame)
    assert decider.failure is not None
