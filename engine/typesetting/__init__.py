"""How labels and pictures are set: formulas in labels, colours, strokes and sizes."""
