r"""The commands and signs that formulas in labels may have: `\beta` is β, `\hat` is an accent.

Of each sign: its name in LaTeX, what it looks like, and how it stands below and above the line.
"""

import re

# Words with their command, in which spaces count, and which are no mathematics.
_TYPED = r"\\text\s*\{(?:[A-Za-z0-9 +=()\[\]/.,:;!?@*'-]|[^\x00-\x7f])*\}"
TYPED = re.compile(_TYPED)

# What a formula is read by: words, a command, or a character.
TOKEN = re.compile(rf"{_TYPED}|\\[A-Za-z]+|\\.|.")

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


SLANTED_SIGNS = _pairs(_GREEK)
SIGNS = {**_pairs(_UPRIGHT), **_PUNCTUATION}

# Accents by their names, as characters that combine with the letter before them.
ACCENTS = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
}

# Commands whose argument is set upright.
WORDS = ("mathrm", "text", "operatorname", "mathbf")

# Commands whose argument is a capital of another kind, of which Unicode has some.
CAPITALS = {
    "mathcal": dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True)),
    "mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}

# Characters that stand for themselves, and those which LaTeX shows as others.
PLAIN = "+=<>()[]/|.,:;!?@#…"
OTHERS = {"-": "−", "*": "∗", "'": "′"}

# What there is in Unicode below and above the line.
BELOW = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ",
                  "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))  # fmt: skip
ABOVE = dict(zip("0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ⊤′",
                  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀ′",
                  strict=True))  # fmt: skip
