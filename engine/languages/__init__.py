"""What a page says, in the languages of engine/languages/: a table of messages for each."""

from .documents import hint_in, translated_fold, translated_trace
from .words import LANGUAGES, OF_FOLDS, OF_PLAYGROUNDS, Language, Speech, speech_in

__all__ = [
    "LANGUAGES",
    "OF_FOLDS",
    "OF_PLAYGROUNDS",
    "Language",
    "Speech",
    "hint_in",
    "speech_in",
    "translated_fold",
    "translated_trace",
]
