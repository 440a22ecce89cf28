"""Images are lists of channels of rows, as long as they like."""

from nn.arguments.nested import demand_image


def test_sides_may_be_long() -> None:
    """They are compared by their number."""
    image = [[[0.5] * 300] * 270] * 2
    assert demand_image(image, 2, "it") == image
