"""Work for several threads, whose results are taken in order, whoever is faster."""

from collections.abc import Callable, Sequence
from contextvars import copy_context
from operator import index
from threading import Condition, Thread
from typing import Any

# What a worker makes of the number of a task, and what takes the result of a task.
Work = Callable[[int], Any]
Take = Callable[[int, Any], None]

# More threads than any machine has use for.
_MOST = 1024


def demand_threads(threads: Any) -> int | None:
    """The number of threads, or None for none; TypeError or ValueError for anything else."""
    if threads is None:
        return None
    try:
        count = None if isinstance(threads, bool) else index(threads)
    except TypeError:
        count = None
    if count is None:
        raise TypeError(f"threads must be an integer, got {threads!r}: how many share the work")
    if not 1 <= count <= _MOST:
        raise ValueError(f"threads must be from 1 to {_MOST}, got {threads!r}")
    return count


def in_order(tasks: int, workers: Sequence[Work], take: Take) -> None:
    """Have the tasks 0, 1, ... done, and their results taken one by one, in this order.

    The first worker is this thread; each of the others gets one of its own, which ends here. A
    worker with a result waits for its turn, so no more than one result of each is kept.

    Raises the first error of a worker, after all have stopped.
    """
    queue = _Queue(tasks, take)
    count = min(len(workers), tasks)
    threads = [Thread(target=copy_context().run, args=(queue.serve, each))
               for each in workers[1:count]]  # fmt: skip
    try:
        for each in threads:
            each.start()
        queue.serve(workers[0])
    except BaseException as error:
        queue.stop(error)  # such as Ctrl-C
        raise
    finally:
        for each in threads:
            if each.ident is not None:
                each.join()
    if queue.error is not None:
        raise queue.error


class _Queue:
    """Tasks that are handed out in order, and results that are taken in order.

    - `error`: the first one of all workers.
    """

    def __init__(self, tasks: int, take: Take) -> None:
        self._tasks, self._take = tasks, take
        self._next = self._taken = 0
        self._turn = Condition()
        self.error: BaseException | None = None

    def serve(self, work: Work) -> None:
        """Do tasks until there are none left, or one fails, which all are told."""
        try:
            self._serve_all(work)
        except BaseException as error:
            self.stop(error)

    def stop(self, error: BaseException) -> None:
        """Hand out nothing more, because of an error."""
        with self._turn:
            self.error = self.error or error
            self._turn.notify_all()

    def _serve_all(self, work: Work) -> None:
        """Do tasks until there are none left, or one fails."""
        while (task := self._begun()) is not None:
            self._give(task, work(task))

    def _begun(self) -> int | None:
        """The next task; None if there is none, or all is over."""
        with self._turn:
            if self.error is not None or self._next == self._tasks:
                return None
            self._next += 1
            return self._next - 1

    def _give(self, task: int, result: Any) -> None:
        """Take a result when all before are taken."""
        with self._turn:
            self._turn.wait_for(lambda: self._taken == task or self.error is not None)
            if self.error is None:
                self._take(task, result)
                self._taken += 1
                self._turn.notify_all()
