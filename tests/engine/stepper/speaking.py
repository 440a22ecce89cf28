"""The words of the modules under Node, which a page has as data."""

import os
from importlib.resources import files
from pathlib import Path


def speaking(language: str = "en", **more: str) -> dict[str, str]:
    """An environment in which Node gives the modules the words of a language.

    `more` says where the modules are.
    """
    loader = Path(__file__).with_name("speaks.mjs").as_uri()
    table = files("engine") / "languages" / f"{language}.json"
    words = {"NODE_OPTIONS": f"--import={loader}", "STEPPER_WORDS": str(table)}
    return {**os.environ, **words, **more}
