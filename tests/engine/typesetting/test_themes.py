"""Themes: letters that can be read, kinds that can be told apart, and sizes in range."""

import re

import pytest

from engine.typesetting.themes import ON_A_PATH, ON_THE_LARGEST, PLAIN, THEMES, ThemeName, look_of


def light(colour: str) -> float:
    """The relative luminance of a colour, from 0 to 1, as the WCAG defines it."""
    text = {"white": "#ffffff"}.get(colour, colour)
    parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_letters_are_legible(name: ThemeName) -> None:
    """At least 4.5 to 1, on what boxes are filled with and on paper."""
    theme = THEMES[name]
    for kind, box in theme.boxes.items():
        ground = theme.paper if box.fill == "none" else box.fill
        assert contrast(box.letters, ground) >= 4.5, kind
    for stroke in theme.strokes.values():
        assert contrast(stroke.letters, theme.paper) >= 4.5
        assert contrast(stroke.line, theme.paper) >= 3
        if stroke.fill:
            assert contrast(theme.boxes["leaf"].letters, stroke.fill) >= 4.5
    assert contrast(theme.quiet, theme.paper) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_emphases_differ_in_strokes_not_only_in_colours(name: ThemeName) -> None:
    """So that a copier, and whoever sees no colours, can tell them apart."""
    strokes = THEMES[name].strokes
    looks = [(strokes[each].width, strokes[each].dashes)
             for each in (PLAIN, ON_A_PATH, ON_THE_LARGEST)]  # fmt: skip
    assert len(set(looks)) == 3


def test_print_knows_only_greys() -> None:
    """Each colour of the theme has three equal parts."""
    colours = re.findall("#([0-9a-f]{6})", repr(THEMES["print"]))
    assert colours
    assert all(each[:2] == each[2:4] == each[4:] for each in colours)


@pytest.mark.parametrize(("arguments", "error", "message"), [
    (("sepia", 11, 1), ValueError, "theme must be one of light, dark, print or None, got 'sepia'"),
    ((["print"], 11, 1), ValueError, r"theme must be one of .* got \['print'\]"),
    ((None, "big", 1), TypeError, "font_size must be a real number, got 'big': one from 1 to 500"),
    ((None, 0.5, 1), ValueError, r"font_size must be from 1 to 500, got 0\.5"),
    ((None, 11, 1000), ValueError, r"scale must be from 0\.01 to 100, got 1000"),
])  # fmt: skip
def test_other_themes_and_sizes_are_refused(
    arguments: tuple[object, object, object], error: type[Exception], message: str
) -> None:
    """The error names the argument and what there is."""
    with pytest.raises(error, match=message):
        look_of(*arguments)


def test_no_theme_is_light() -> None:
    """And sizes go with the letters."""
    assert look_of(None, 22, 1).theme is THEMES["light"]
    assert look_of(None, 22, 1).sized(10) == "20"
