"""What the source of a program needs beside NumPy for its kernels, as text."""

CHOOSE = '''\
def choose(condition, then, otherwise):
    """The one where the condition holds, else the other; what no number needs is not computed."""
    if condition.size == 1:
        return then() if condition else otherwise()
    holds = np.count_nonzero(condition)
    if not holds:
        return otherwise()
    return then() if holds == condition.size else np.where(condition, then(), otherwise())
'''

NUMBER_BY_NUMBER = '''\
def number_by_number(function):
    """A function of numbers, for arrays; where it raises, inf for what is too large, else nan."""
    def calmly(*numbers):
        try:
            return float(function(*numbers))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan
    def of_arrays(*arrays):
        together = np.broadcast_arrays(*arrays)
        rows = zip(*(each.reshape(-1).tolist() for each in together))
        return np.array([calmly(*row) for row in rows], dtype=float).reshape(together[0].shape)
    return of_arrays
'''
