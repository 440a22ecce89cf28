"""Settings of Sphinx for the site; `build.py` puts its sources together and calls it."""

import os
import sys
from pathlib import Path

import engine

sys.path.insert(0, str(Path(__file__).parent))

project = "glassgrad"
author = "The authors of glassgrad"
copyright = "the authors of glassgrad. MIT licence"
release = engine.__version__
html_title = "glassgrad"

extensions = [
    "myst_nb", "sphinx.ext.autodoc", "sphinx_copybutton", "docstrings", "mathml", "sentences",
]  # fmt: skip

# Every notebook is run anew; one that fails is a warning, and a warning is an error in the end.
nb_execution_mode = "force"
not_run = os.environ.get("SITE_NOT_RUN", "").split()
nb_execution_excludepatterns = [f"notebooks/{name}.ipynb" for name in not_run]
# A notebook that is not run does not tell that lines with ! are for IPython.
suppress_warnings = ["misc.highlighting_failure"] if not_run else []
nb_execution_timeout = 300
nb_merge_streams = True
nb_render_markdown_format = "myst"
# `{eval}` writes a number of the page: a name, an attribute or an item, whole or rounded.
nb_eval_name_regex = r"(?:int\(|round\()?[\w.\[\]]+(?:, \d)?\)?"
# Widgets need a server of widgets; the page that a stepper shows without one is shown.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]

myst_enable_extensions = ["colon_fence", "dollarmath", "attrs_inline", "attrs_block"]
myst_heading_anchors = 3

autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 72
add_module_names = False

html_theme = "furo"
pygments_dark_style = "github-dark"
html_favicon = "static/icon.svg"
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("keys.js", "search.js")]
html_copy_source = False
html_show_sphinx = False
html_extra_path = ["extra"]
exclude_patterns = ["extra"]
