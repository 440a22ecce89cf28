"""Steps that lack operations which others have: laid out side by side, and filled up."""
