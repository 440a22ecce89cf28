"""scikit-learn's own checks of an estimator, on ours with the arguments that are usual.

    SCIPY_ARRAY_API=1 python -m tests.fuzz.conformance

Without the variable, which SciPy reads, one of them is skipped. The tests make the same checks of
smaller networks, which takes seconds and not minutes.
"""

import sys
from collections import Counter
from time import perf_counter
from typing import Any

from sklearn.utils.estimator_checks import check_estimator

from nn.estimators import NetworkClassifier, NetworkRegressor


def main() -> int:
    """Make all checks, and print how many passed; the exit status is 1 if any did not."""
    faults = 0
    for estimator in (NetworkClassifier(), NetworkRegressor()):
        start = perf_counter()
        results: list[dict[str, Any]] = check_estimator(estimator, on_fail=None, on_skip=None)
        outcomes = Counter(each["status"] for each in results)
        took = perf_counter() - start
        print(f"{estimator}: {len(results)} checks, {dict(outcomes)}; {took:.0f} s", flush=True)
        for each in results:
            if each["status"] != "passed":
                print(f"  {each['check_name']}: {each['status']}, {each['exception']!r}")
        faults += len(results) - outcomes["passed"]
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
