"""The tables of tapes for blocks of examples.

    code   =  kind | row of the result | three operands
    run    =  kind of its terms | its first term | how many
    term   =  a row or a scalar | another one, of a product
    group  =  how many terms a total gets from each example | their first pair
    pair   =  a number of an example that is repeated | the first of the eight that it multiplies
    event  =  a column of totals | 1 if it differs by choice, else 0 | two factors | its kind

has whole numbers. A code is an operation or a derivative, of which operands are rows; the filling
of a row with a scalar; or a sum: its first run, how many, and the scalar from which it is added up,
from the left. A group has a few vectors of totals, of eight scalars each. A column has a whole
number for each choice, and each example has a choice: by them a code picks a row of scalars, or of
rows, or keeps a row where the column has some number. An event is a term that goes to the total of
which a column tells, or a few terms, to neighbours: the first factor is one number, the other one
has neighbours, too. Its kind tells how many, and whether factors are scalars.
"""

# How many examples a block has.
BLOCK = 64

# How many whole numbers a code, a run, a term, a group, a pair and an event have.
CODE, RUN, TERM, GROUP, PAIR, EVENT = 5, 3, 2, 2, 2, 5

# The kinds of terms: a row, a scalar, a product of two rows, and of a row and a scalar.
ROW, SCALAR, ROWS, SCALED = range(4)

# How many terms an event has.
WIDTHS = (8, 4, 1)

# How many vectors of totals a group has.
TOGETHER = 4

# What a step is given: pointers to memory and tables, and how many there are.
FIELDS = (
    "scalars", "rows", "codes", "code_count", "runs", "terms", "turned_rows", "turned_count",
    "turned", "totals", "groups", "group_count", "pairs", "inputs", "sizes", "input_count",
    "results", "result_rows", "result_count", "columns", "choices", "events", "event_count",
)  # fmt: skip
