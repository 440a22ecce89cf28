"""Programs of array instructions: how they are built, printed, drawn and interpreted."""
