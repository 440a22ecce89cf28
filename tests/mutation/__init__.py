"""Mutation tests: change the sources in one place after another, and see that some test fails.

    make mutation                                             # all of engine/ and nn/: for days
    make mutation MUTATION="--sample 2 --seed 7"              # two mutants of each file
    python -m tests.mutation engine/graph.py nn/blocks        # some files

cosmic-ray makes the mutants: at the level of modules too, in properties, and in functions that run
at the import only, where mutmut makes none or makes none count. They are tested in forks of one
process that has pytest loaded, each of which imports its mutant in place of the file: nothing is
written into the tree. A mutant that does not compile is none, nor is one that differs in
annotations or overloads only, in the domain of a row or its example, which say what tests are
given, or in which negative number stands for an axis of any length.

A mutant is given to the tests that run the statement in which it is, as a run without a mutant has
told: first those of the file of its name, then those of its folder, then all of its part. What such
a run tells is kept in `.mutation/` as long as it holds, so that the next time takes a few seconds.
"""
