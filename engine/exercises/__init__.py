"""Exercises: forty questions over the notebooks, whose answers are checked.

    from engine.exercises import check, exercise, hint

    exercise("01-1")       # its text
    check("01-1", -2)      # right, or a hint that names the error
    hint("01-1")           # a further hint
    student("Ada")         # numbers of one's own; without it all have the same
    solution("01-1")       # how it is done
    score()                # what has been solved, as a text

An exercise is a question with numbers that are drawn, typical errors, each with the wrong answer
that it leads to and a hint, and a solution. What is right is what the engine computes.
"""

from .desk import Desk
from .kinds.exercise import Exercise, Question
from .kinds.written import Judgement, Prose
from .sheets import EXERCISES

_DESK = Desk()

check = _DESK.check
exercise = _DESK.exercise
hint = _DESK.hint
score = _DESK.score
solution = _DESK.solution
student = _DESK.student

__all__ = [
    "EXERCISES",
    "Desk",
    "Exercise",
    "Judgement",
    "Prose",
    "Question",
    "check",
    "exercise",
    "hint",
    "score",
    "solution",
    "student",
]
