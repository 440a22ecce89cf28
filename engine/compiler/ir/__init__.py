"""Programs of array instructions: built, printed, drawn, verified and interpreted."""
