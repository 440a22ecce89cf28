"""Mutation tests: change the engine in one place after another, and see that some test fails.

    make mutation                                             # all of engine/
    python -m tests.mutation engine/graph.py                  # some files

cosmic-ray makes the mutants: at the level of modules too, in properties, and in functions that run
at the import only, where mutmut makes none or makes none count. They are tested in forks of one
process that has pytest loaded, each of which imports its mutant in place of the file: nothing is
written into the tree. A mutant that does not compile is none, nor is one that differs in
annotations or overloads only, or in the domain of a row, which says where tests draw inputs.
"""
