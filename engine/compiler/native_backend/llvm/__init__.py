"""LLVM: its language written through a builder, and compiled to machine code."""
