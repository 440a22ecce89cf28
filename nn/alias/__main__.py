"""The engine in the terminal: `python -m glassgrad` is `python -m engine`."""

import sys

from engine.__main__ import console

if __name__ == "__main__":
    sys.exit(console())
