"""What PyPI shows: where the project lives, and a README that has no file beside it."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.loading import loaded

ROOT = Path(__file__).parents[1]
PROJECT = "https://github.com/someone/glassgrad"
SITE = "https://someone.github.io/glassgrad"

# The pages that say how one installs.
PAGES = [
    "README.md",
    *(
        f"notebooks/site/{page}.md"
        for page in ("how-to/install", "how-to/in-ci", "guide/compiling")
    ),
]

published = loaded(ROOT / "notebooks" / "site" / "published.py")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown(site: str = "") -> list[str]:
    """All that the README on PyPI leads to and shows, but places within it."""
    text = published.readme(README, f"{PROJECT}/", "v1", site)
    return [*re.findall(r"\]\((?!#)([^)]+)\)", text), *re.findall(r'\bsrc(?:set)?="([^"]+)"', text)]


def test_the_package_says_where_the_project_lives() -> None:
    """Addresses of GitHub at the tag, and who wrote it; all else is as it was."""
    project = tomllib.loads(published.with_addresses(PYPROJECT, PROJECT, "v1", "a@example.org"))
    added = project["project"].pop("urls")
    assert added["Homepage"] == added["Source"] == PROJECT
    assert added["Issues"] == f"{PROJECT}/issues"
    for name in ("Documentation", "Changelog"):
        assert (ROOT / added[name].removeprefix(f"{PROJECT}/blob/v1/")).is_file()
    assert project["project"]["authors"][0].pop("email") == "a@example.org"
    assert project == tomllib.loads(PYPROJECT)


def test_an_address_that_nobody_gave_is_not_there() -> None:
    """Authors without one stay as they are; the site is where there is one."""
    project = tomllib.loads(published.with_addresses(PYPROJECT, PROJECT, "v1", site=f"{SITE}/"))
    assert project["project"]["authors"] == tomllib.loads(PYPROJECT)["project"]["authors"]
    assert project["project"]["urls"]["Documentation"] == SITE


def test_the_readme_on_pypi_leads_to_files_of_the_project() -> None:
    """Each is there; pictures are shown as they are, and pages of others stay theirs."""
    ours = [each for each in shown() if each.startswith(PROJECT)]
    assert len(ours) > 30
    assert all(each.startswith("https://") for each in shown())
    for each in ours:
        kind, tag, path = each.removeprefix(f"{PROJECT}/").split("/", 2)
        assert (kind, tag) == ("raw" if path.endswith(".svg") else "blob", "v1")
        assert (ROOT / path).is_file()
    assert {f"{PROJECT}/raw/v1/.github/{name}.svg" for name in ("backward", "neuron")} <= {*ours}


def test_notebooks_are_shown_with_their_outputs_where_there_is_a_site() -> None:
    """The README on PyPI leads to its pages, and first of all to the one that computes."""
    first, *pages = [each for each in shown(f"{SITE}/") if each.startswith(SITE)]
    assert first == f"{SITE}/"
    assert f"{SITE}/notebooks/01_value.html" in pages
    assert f"{SITE}/guide/index.html" in pages
    for each in pages:
        path = each.removeprefix(f"{SITE}/").removesuffix(".html")
        name = path.removeprefix("notebooks/")
        assert (ROOT / "notebooks" / f"{name}.ipynb").is_file() or (
            ROOT / "notebooks" / "site" / f"{path}.md"
        ).is_file()


@pytest.mark.parametrize("path", [ROOT / "README.md", *(ROOT / "notebooks/site").rglob("*.md")])
def test_one_installs_from_pypi_what_is_published(path: Path) -> None:
    """No page asks for a folder any more."""
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    if name in PAGES:
        text = published.installed(name, text, PROJECT)
        assert re.search(r'pip install (pytest )?"?glassgrad\b', text)
    assert "on PyPI" not in text
    assert not re.search(r"""["'`]\.\[|pip install \.""", text)


def test_nothing_is_written_in_part() -> None:
    """What is there already, or no longer found, is an error."""
    once = published.with_addresses(PYPROJECT, PROJECT, "v1")
    with pytest.raises(ValueError, match="has addresses"):
        published.with_addresses(once, PROJECT, "v1")
    with pytest.raises(ValueError, match=r"README\.md does not say 'It is not on PyPI yet"):
        published.readme(published.readme(README, PROJECT, "v1"), PROJECT, "v1")


def test_the_script_writes_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a release calls it, where no variable of the repository is set."""
    monkeypatch.setattr(published, "ROOT", tmp_path)
    for name in PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    for name in ("pyproject.toml", *PAGES):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), encoding="utf-8")
    published.main([f"{PROJECT}/", "v1", "--email", "", "--site", ""])
    written = {name: (tmp_path / name).read_text("utf-8") for name in ("pyproject.toml", *PAGES)}
    assert written["pyproject.toml"] == published.with_addresses(PYPROJECT, PROJECT, "v1")
    assert written["README.md"] == published.readme(README, PROJECT, "v1")
    assert f"[the project]({PROJECT})" in written["notebooks/site/how-to/install.md"]
    assert all(text != (ROOT / name).read_text("utf-8") for name, text in written.items())
