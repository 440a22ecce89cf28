"""What a page says, in the languages of engine/stepper/languages/: a table of messages for each."""

from .documents import translated_fold, translated_trace
from .words import LANGUAGES, Language, Speech, speech_in

__all__ = [
    "LANGUAGES",
    "Language",
    "Speech",
    "speech_in",
    "translated_fold",
    "translated_trace",
]
