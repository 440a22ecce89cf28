"""Arrays of one layer are together, whatever the names are that other programs give them."""

import pytest

from nn.foreign.groups import group_of

_ATTENTION = {"a.in_proj_weight", "a.in_proj_bias", "a.out_proj.weight", "a.out_proj.bias"}


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("a.out_proj.weight", ("a", "out_proj.weight")),
        ("a/out_proj/bias", ("a", "out_proj.bias")),
        ("a.norm.weight", ("a.norm", "weight")),
        ("a.scale.weight", ("a.scale", "weight")),
        ("b.out_proj.weight", ("b.out_proj", "weight")),
        ("a.weight_ih_l1", ("a.l1", "weight_ih_l0")),
        ("weight", ("", "weight")),
    ],
)
def test_the_last_layer_of_an_attention_belongs_to_it(key: str, group: tuple[str, str]) -> None:
    """If there is one around it; each layer of a recurrent module is by itself."""
    assert group_of(key, _ATTENTION) == group
