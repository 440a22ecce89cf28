"""Write where the project lives into what is published: pyproject.toml, README.md and the site.

    python notebooks/site/published.py https://github.com/OWNER/glassgrad v0.1.0 \
        --email NAME@EXAMPLE.ORG --site https://OWNER.github.io/glassgrad

The workflows of a release run it before they build the package and the site. The links of the
README, which lead to files of a clone, lead to these files at that tag then. With a site they lead
to its pages, where the notebooks have their outputs, and the first one to a page that computes. All
pages say how one installs a package that PyPI has.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

_PACKAGE = "pyproject.toml"
_SCRIPTS = "[project.scripts]"
_AUTHORS = 'authors = [{ name = "The authors of glassgrad" }]'

# How one installs from a clone, and from PyPI: what stands on a page, and what takes its place.
_README = "README.md"
_INSTALLED = {
    _README: (
        ("It is not on PyPI yet: clone it, or unpack its ZIP file. In that folder, with", "With"),
        ('".[', '"glassgrad['),
        ("`.[", "`glassgrad["),
        ("With nothing but Python", "In a clone, with nothing but Python"),
    ),
    "notebooks/site/how-to/install.md": (
        ("It is not on PyPI yet: get the folder, by `git clone` or as a ZIP file that you", ""),
        (
            "\nunpack, open a terminal in it, and type two lines.",
            "Open a terminal, and type\ntwo lines. The notebooks lie in [the project]({project}).",
        ),
        ('".[', '"glassgrad['),
        ("`.[", "`glassgrad["),
        ("`pip install .`", "`pip install glassgrad`"),
    ),
    "notebooks/site/how-to/in-ci.md": (
        ("./glassgrad  # a copy of it beside your code, until it is on PyPI", "glassgrad"),
    ),
    "notebooks/site/guide/compiling.md": (('".[', '"glassgrad['),),
}

# The first link of the README, and one before it that leads to a page on which one steps with →.
_FIRST = "**[Learn](#learn)**"
_TRY = "**[Try it]({site}/)** in this browser · "

# Where a link or a picture of Markdown leads, and one of HTML, within the project.
_LINK = re.compile(r"(\]\()(?!https?:|#)([^)]+)(?=\))")
_SOURCE = re.compile(r'((?:src|srcset)=")(?!https?:)([^"]+)(?=")')

# What has a page of its own on the site.
_PAGE = re.compile(r"notebooks/(?:site/)?((?:guide|how-to|learn|why)/[\w-]+|[\w-]+)\.(?:md|ipynb)")


def main(arguments: list[str]) -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser(description="Write where the project lives.")
    parser.add_argument("project", help="the address of the repository on GitHub")
    parser.add_argument("tag", help="the tag of the release")
    parser.add_argument("--email", default="", help="that of the authors")
    parser.add_argument("--site", default="", help="the address of the site, where it is published")
    given = parser.parse_args(arguments)
    read = {name: (ROOT / name).read_text("utf-8") for name in (_PACKAGE, *_INSTALLED)}
    package, page = read.pop(_PACKAGE), read.pop(_README)
    texts = {name: installed(name, text, given.project) for name, text in read.items()}
    texts[_PACKAGE] = with_addresses(package, given.project, given.tag, given.email, given.site)
    texts[_README] = readme(page, given.project, given.tag, given.site)
    for name, text in texts.items():
        (ROOT / name).write_text(text, encoding="utf-8")


def with_addresses(text: str, project: str, tag: str, email: str = "", site: str = "") -> str:
    """pyproject.toml with the addresses of the project.

    ValueError if it has some, or no place for them.
    """
    if "[project.urls]" in text:
        raise ValueError("pyproject.toml has addresses")
    project, site = project.rstrip("/"), site.rstrip("/")
    addresses = {
        "Homepage": site or project,
        "Documentation": site or f"{project}/blob/{tag}/notebooks/site/guide/index.md",
        "Source": project,
        "Issues": f"{project}/issues",
        "Changelog": f"{project}/blob/{tag}/.github/CHANGELOG.md",
    }
    rows = "".join(f'{name} = "{address}"\n' for name, address in addresses.items())
    authors = _AUTHORS.replace(" }", f', email = "{email}" }}') if email else _AUTHORS
    text = _replaced(_PACKAGE, text, _AUTHORS, authors)
    return _replaced(_PACKAGE, text, _SCRIPTS, f"[project.urls]\n{rows}\n{_SCRIPTS}")


def installed(name: str, text: str, project: str) -> str:
    """A page that tells how to install by name.

    ValueError if it no longer says how one installs from a clone.
    """
    for here, there in _INSTALLED[name]:
        text = _replaced(name, text, here, there.format(project=project.rstrip("/")))
    return text


def readme(text: str, project: str, tag: str, site: str = "") -> str:
    """The README as a page of PyPI: it has no file beside it, and tells how to install by name.

    ValueError if it no longer says how one installs from a clone.
    """
    project, site = project.rstrip("/"), site.rstrip("/")
    text = installed(_README, text, project)
    if site:
        text = _replaced(_README, text, _FIRST, _TRY.format(site=site) + _FIRST)

    def absolute(match: re.Match[str]) -> str:
        before, path = match.groups()
        page = _PAGE.fullmatch(path) if site else None
        if page:
            folder = "" if "/" in page[1] else "notebooks/"
            return f"{before}{site}/{folder}{page[1]}.html"
        return f"{before}{project}/{'raw' if path.endswith('.svg') else 'blob'}/{tag}/{path}"

    return _SOURCE.sub(absolute, _LINK.sub(absolute, text))


def _replaced(name: str, text: str, here: str, there: str) -> str:
    if here not in text:
        raise ValueError(f"{name} does not say {here!r}: see published.py")
    return text.replace(here, there)


if __name__ == "__main__":
    main(sys.argv[1:])
