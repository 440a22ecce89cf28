"""The back end that compiles programs to machine code, by LLVM in the process."""
