"""Files loaded as modules: programs that were saved, and scripts that are in no package."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any


def loaded(path: Path) -> Any:
    """The module in a file."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
