"""Networks with penalties, as people write them, drawn by chance: whole programs to be compiled.

These are the rooms, each of which needs only the ones before:

    neurons         neurons and layers by `nn` and by hand, in the ways to write a weighted sum
    architectures   networks of these, with what is shared, tied, added, gated or windowed
    formulas        models that are no networks: polynomials, quadratic forms, curves
    losses          what predictions cost
    penalties       what a group of parameters costs
    orders          how parameters are handed over: in which order, how nested, which of them
    program         all of it together, for a seed
    steady          whether digits of a recorded graph can be compared
    text            a recorded graph as a program that one can run
"""
