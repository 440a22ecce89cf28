"""What a page says, in the languages of engine/stepper/languages/: a table of messages for each."""

from .documents import translated_fold, translated_trace
from .words import LANGUAGES, Language, Words, words_of

__all__ = [
    "LANGUAGES", "Language", "Words", "translated_fold", "translated_trace", "words_of",
]  # fmt: skip
