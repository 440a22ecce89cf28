r"""Labels with mathematics: `$w_1$`, `$\hat{y}$`, `$w_{12}^{(2)}$`, as pictures and text show them.

A part of a label between two dollars is a formula if it is understood: letters, digits, signs,
Greek letters and symbols by their names in LaTeX, accents, and one level of sub- and superscripts.
Whatever is not understood stays as it was typed, with its dollars, and so does all other text.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple
from unicodedata import normalize

# A formula: between dollars, and not with a blank beside one, as in "5 $ or 6 $"; in "$5 and $6"
# there is none, since a digit follows.
FORMULA = re.compile(r"\$(?!\s)([^$\n]{1,100}?)(?<!\s)\$(?!\d)")

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.")

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι "
    "kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ "
    "omega ω"
)
_UPRIGHT = (
    "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω "
    "partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ infty ∞ pm ± cdot · times × div ÷ circ ∘ odot ⊙ "
    "oplus ⊕ otimes ⊗ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼ equiv ≡ propto ∝ in ∈ "
    "to → rightarrow → leftarrow ← mapsto ↦ top ⊤ ell ℓ dots … ldots … cdots ⋯ prime ′ ast ∗ "
    "star ⋆ mid | vert | langle ⟨ rangle ⟩ quad \N{EM SPACE} "
    "log log ln ln exp exp sin sin cos cos tan tan tanh tanh max max min min"
)
_PUNCTUATION = {",": " ", ";": " ", ":": " ", " ": " ", "!": "",
                **{each: each for each in "{}_%$#&"}, "|": "‖"}  # fmt: skip


def _pairs(text: str) -> dict[str, str]:
    words = text.split(" ")
    return dict(zip(words[::2], words[1::2], strict=True))


_SLANTED_SIGNS = _pairs(_GREEK)
_SIGNS = {**_pairs(_UPRIGHT), **_PUNCTUATION}

# Accents by their names, as characters that combine with the letter before them.
_ACCENTS = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
}

# Signs with a space on either side, where something stands before and after them.
_SPACED = "+−=<>±×·÷≤≥≠≈∼≡∝∈→←↦"

# Commands whose argument is set upright.
_WORDS = ("mathrm", "text", "operatorname", "mathbf")

# Commands whose argument is a capital of another kind, of which Unicode has some.
_CAPITALS = {
    "mathcal": dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True)),
    "mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}

# Characters that stand for themselves, and those which LaTeX shows as others.
_PLAIN = "+=<>()[]/|.,:;!?@#…"
_OTHERS = {"-": "−", "*": "∗", "'": "′"}

# What there is in Unicode below and above the line.
_BELOW = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ",
                  "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))  # fmt: skip
_ABOVE = dict(zip("0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ⊤′",
                  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀ′",
                  strict=True))  # fmt: skip


class Face(Enum):
    """How letters are set: as the text around them, or as mathematics, upright or slanted."""

    TEXT, UPRIGHT, SLANTED = "text", "upright", "slanted"


class Run(NamedTuple):
    """Letters that are set alike."""

    text: str
    face: Face


class Atom(NamedTuple):
    """What stands on the line, with its subscript and its superscript, both of which may be ()."""

    base: tuple[Run, ...]
    below: tuple[Run, ...] = ()
    above: tuple[Run, ...] = ()


class LabelPart(NamedTuple):
    """A part of a label: its text between dollars, and its atoms; plain text has no `source`."""

    source: str
    atoms: tuple[Atom, ...]


def parts_of(label: str) -> Iterator[LabelPart]:
    """The parts of a label in order: formulas that are understood, and the text between them."""
    start = 0
    for match in FORMULA.finditer(label):
        atoms = _atoms(match[1])
        if atoms is not None:
            yield from _text(label[start : match.start()])
            yield LabelPart(match[1], atoms)
            start = match.end()
    yield from _text(label[start:])


def has_formula(label: str) -> bool:
    """Whether a part of a label is a formula that is understood."""
    return "$" in label and any(part.source for part in parts_of(label))


def plain_label(label: str) -> str:
    r"""The label as plain text: w₁ for `$w_1$`, ŷ for `$\hat{y}$`; without a formula, as it is."""
    if "$" not in label:
        return label
    return "".join(_plain(atom) for part in parts_of(label) for atom in part.atoms)


def is_command(name: str) -> bool:
    """Whether a command of LaTeX is understood in formulas."""
    return any(name in known for known in (_SIGNS, _SLANTED_SIGNS, _ACCENTS, _WORDS, _CAPITALS))


def as_latex(formula: str) -> str:
    """The source of a formula with every symbol by its name, which any LaTeX knows."""
    return "".join(f"\\{_NAMES[each]} " if each in _NAMES else each
                   for each in formula.replace(_OTHERS["-"], "-").replace("#", r"\#"))  # fmt: skip


def latex_sign(character: str) -> str:
    """A character of a text in LaTeX: a symbol, or a script, as a formula; others as they are."""
    if character == _OTHERS["-"]:
        return "$-$"
    if character in _NAMES:
        return f"$\\{_NAMES[character]}$"
    return _SCRIPTS.get(character, character)


# Symbols with a name of their own; the minus of formulas has none, and is typed as a hyphen.
_NAMES = {sign: name for name, sign in {**_SIGNS, **_SLANTED_SIGNS, "surd": "√"}.items()
          if not sign.isascii()}  # fmt: skip
_SCRIPTS = {**{script: f"$_{{{as_latex(letter)}}}$" for letter, script in _BELOW.items()},
            **{script: f"$^{{{as_latex(letter)}}}$" for letter, script in _ABOVE.items()
               if script not in _NAMES}}  # fmt: skip


def _text(text: str) -> Iterator[LabelPart]:
    if text:
        yield LabelPart("", (Atom((Run(text, Face.TEXT),)),))


def _plain(atom: Atom) -> str:
    """An atom as plain text."""
    below, above = _script(atom.below, _BELOW, "_"), _script(atom.above, _ABOVE, "^")
    return _joined(atom.base) + below + above


def _script(runs: tuple[Run, ...], known: dict[str, str], mark: str) -> str:
    """A script in Unicode; where a character is not there, behind its mark."""
    text = _joined(runs)
    if all(each in known for each in text):
        return "".join(map(known.__getitem__, text))
    return f"{mark}{text}" if text.isalnum() or len(text) == 1 else f"{mark}({text})"


def _joined(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def _atoms(source: str) -> tuple[Atom, ...] | None:
    """The atoms of a formula; None if it is not understood."""
    reader = _Reader(source)
    try:
        return tuple(reader.atoms())
    except _NotUnderstood:
        return None


class _NotUnderstood(Exception):
    """A formula has something in it that is not known here."""


class _Reader:
    """The tokens of a formula, read from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens = [each for each in _TOKEN.findall(source) if not each.isspace()]
        self._tokens.reverse()

    def atoms(self) -> Iterator[Atom]:
        """All atoms, each with its scripts."""
        is_between = False
        while self._tokens:
            base = () if self._tokens[-1] in ("_", "^") else self._unit()
            is_spaced = len(base) == 1 and base[0].text in _SPACED
            if is_spaced and is_between and self._tokens:
                base = (Run(f" {base[0].text} ", Face.UPRIGHT),)
            is_between = not is_spaced
            scripts: dict[str, tuple[Run, ...]] = {}
            while self._tokens and self._tokens[-1] in ("_", "^"):
                mark = self._tokens.pop()
                if mark in scripts:
                    raise _NotUnderstood(mark)
                scripts[mark] = self._unit()
            yield Atom(base, scripts.get("_", ()), scripts.get("^", ()))

    def _unit(self) -> tuple[Run, ...]:
        """A letter, a sign, a command with its argument, or what stands in braces."""
        token = self._tokens.pop() if self._tokens else ""
        if token == "{":
            return self._group()
        if token.startswith("\\"):
            return self._command(token[1:])
        if token.isalpha():
            return (Run(token, Face.SLANTED),)
        if token.isdigit() or (token and token in _PLAIN):
            return (Run(token, Face.UPRIGHT),)
        return (Run(_known(token, _OTHERS), Face.UPRIGHT),)

    def _group(self) -> tuple[Run, ...]:
        """What stands before the brace that closes."""
        runs: list[Run] = []
        while self._tokens and self._tokens[-1] != "}":
            runs += self._unit()
        if not self._tokens:
            raise _NotUnderstood("}")
        self._tokens.pop()
        return tuple(runs)

    def _command(self, name: str) -> tuple[Run, ...]:
        """A sign by its name, or an accent or a word with its argument."""
        if name in _SLANTED_SIGNS:
            return (Run(_SLANTED_SIGNS[name], Face.SLANTED),)
        if name in _WORDS:
            return (Run(_joined(self._unit()), Face.UPRIGHT),)
        if name in _CAPITALS:
            return (Run(_known(_joined(self._unit()), _CAPITALS[name]), Face.UPRIGHT),)
        if name not in _ACCENTS:
            return (Run(_known(name, _SIGNS), Face.UPRIGHT),)
        (run, *rest) = self._unit() or (Run("", Face.TEXT),)
        if rest or len(run.text) != 1:
            raise _NotUnderstood(name)
        return (Run(normalize("NFC", run.text + _ACCENTS[name]), run.face),)


def _known(token: str, table: dict[str, str]) -> str:
    if token not in table:
        raise _NotUnderstood(token)
    return table[token]
