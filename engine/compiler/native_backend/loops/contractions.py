"""Sums of products, in tiles of one kind or the other."""

from .contraction import Contraction, best_way, with_copies
from .dots import Dots
from .tiles import Tiles


def emit_contraction(contraction: Contraction) -> None:
    """Write the loops of a sum of products."""
    axes = [axis for axis in contraction.axes if axis.length != 1]
    contraction = contraction._replace(axes=axes)
    way = best_way(contraction)
    contraction, axis = with_copies(contraction, way)
    if axis is None or way.is_kept:
        Tiles(contraction, axis).emit()
    else:
        Dots(contraction, axis).emit()
