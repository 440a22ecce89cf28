"""Pictures in a language: all that they say, but for labels and the names of operations."""

import re
from html import unescape

import pytest

from engine import Drawing, Stepper, Value, draw
from engine.compiler import compile as compiled
from engine.languages import LANGUAGES, Language, speech_in
from nn import MLP

OTHERS = [code for code in LANGUAGES if code != "en"]


def loss(label: str = "w") -> tuple[Value, Value, Value]:
    """A loss with a leaf that is used three times, and both leaves."""
    x, w = Value(0.512, "x"), Value(-2.25, label)
    y = (x * w + x).tanh() * x + Value.sum([Value(0.1), Value(0.25), w]) * 1234.5
    y.label = "Loss"
    return y, x, w


def said(drawing: Drawing) -> list[str]:
    """The texts, the titles and the description of a picture."""
    found = re.findall(r'>([^<>\n]+)</(?:text|title)>|aria-label="([^"]*)"', drawing.svg())
    return [unescape(text or about) for text, about in found]


def pictures(language: Language) -> dict[str, list[str]]:
    """What pictures of many kinds say in a language."""
    y, x, w = loss()
    told = {"before": said(draw(y, language=language))}
    Value(2.0, "other").backward()
    x.backward()
    told["of another"] = said(draw(y, language=language))
    y.backward()
    sheet = draw(y, numbers="blank", language=language)
    network = MLP(2, [8, 1], seed=0)
    square = (network([Value(0.5), Value(-1.0)]) - 1.0) ** 2
    square.backward()
    return told | {
        "path": said(draw(y, path_to=x, language=language)),
        "only": said(draw(y, path_to=x, only_path=True, language=language)),
        "around": said(draw(y, around=w, hops=1, language=language)),
        "connected": said(draw(y, around=w, hops=float("inf"), language=language)),
        "blank": said(sheet),
        "solution": said(sheet.solution()),
        "folded": said(draw(square, fold=True, language=language)),
        "plain": said(draw(square, fold=True, numbers="none", language=language)),
    }


# Words of English pictures that are no names.
ENGLISH = re.compile(
    r"\b(data|use|uses|of|nodes|boxes|edges?|away|more|inputs|no gradients|the|largest|numbers)\b"
)


@pytest.mark.parametrize("language", OTHERS)
def test_a_picture_says_nothing_in_english(language: Language) -> None:
    """Boxes, captions, hints and the description; and numbers have the point of the language."""
    for name, texts in pictures(language).items():
        assert not [text for text in texts if ENGLISH.search(text)], name
        if speech_in(language).say("number.point") == ",":
            assert not [text for text in texts if re.search(r"\d\.\d", text)], name


@pytest.mark.parametrize("language", OTHERS)
def test_a_picture_has_the_same_numbers_in_each_language(language: Language) -> None:
    """The signs differ: a point is a comma, and thousands are apart by other signs."""

    def numbers(texts: list[str]) -> list[str]:
        """The digits of all numbers, in order of size."""
        joined = re.sub(r"(?<=\d)[\u202f\u00a0,.](?=\d)", "", "\n".join(texts))
        return sorted(re.findall(r"\d+(?:e[-+]\d+)?", joined))

    english = pictures("en")
    for name, texts in pictures(language).items():
        assert numbers(texts) == numbers(english[name]), name


def test_a_label_stays_as_it_was_typed() -> None:
    """Also one that looks like a line of a picture, or has a number in it."""
    for label in ("data 1.5", "v1.5", "use 1 of 2", "a 2.5"):
        y, _, _ = loss(label)
        texts = said(draw(y, language="de"))
        assert label in texts
        assert "Zahl -2,25" in texts


def test_the_caption_names_the_path_and_the_sum() -> None:
    """In German, word for word."""
    y, x, _ = loss()
    y.backward()
    caption = said(draw(y, path_to=x, language="de"))[3]
    assert caption == f"der größte von 3 Pfaden; ihre Summe ∂Loss/∂x = {x.grad:.4g}".replace(
        ".", ","
    )


def test_a_picture_of_a_program_is_english() -> None:
    """Its words are those of the compiler; another language is refused."""
    pytest.importorskip("numpy", reason="NumPy, which compiling needs, is not installed")
    y, x, w = loss()
    program = compiled(y, parameters=[x, w])
    with pytest.raises(ValueError, match="language are for graphs of Values, not for programs"):
        draw(program, language="de")
    with pytest.raises(ValueError, match="language must be one of en, de"):
        draw(loss()[0], language="it")  # type: ignore[arg-type]


def test_frames_speak_the_language_of_their_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Boxes, and the equations below; through which slot a contribution comes, too."""
    x = Value(0.5, "x")
    y = x * x
    y.label = "y"
    paths = Stepper(y, names={}, language="de").frames(tmp_path_factory.mktemp("de") / "%d.svg")
    texts = [unescape(path.read_text("utf-8")) for path in paths]
    assert all("Zahl 0,5" in text and "data 0.5" not in text for text in texts)
    assert any("erster Faktor, mit a = b = x" in text for text in texts)
    assert not any("through" in text or re.search(r">[^<]*\d\.\d[^<]*</t", text) for text in texts)
