"""The wheel, installed into an empty environment, works outside the checkout."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def sh(*arguments: str | Path, **more: object) -> str:
    return subprocess.run([str(part) for part in arguments], check=True, capture_output=True, text=True, encoding="utf-8", **more).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    sh(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The isgkg command of an environment that holds the wheel and what it depends on, and nothing else."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    sh(sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install", "--quiet", "--disable-pip-version-check", wheel)
    return home / "bin" / "isgkg"


def test_the_wheel_carries_ontology_shapes_data_and_licences(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"isgkg/_files/ontology/isgkg.ttl", "isgkg/_files/shapes/terms.ttl", "isgkg/_files/data/guideline/text.txt"} <= names
    assert "isgkg/_files/data/questions/CQ01.rq" in names
    assert {"isgkg/web/templates/base.html", "isgkg/web/static/style.css"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_installed_command_answers_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ISGKG_LANG": "en"}
    assert "基层应用标准" in sh(installed, "show", "S301", cwd=tmp_path, env=environment)
    assert "yes" in sh(installed, "query", "ASK { c:G0201 isg:realizesPrinciple c:P103 }", cwd=tmp_path, env=environment)
    sh(installed, "build", "--out", tmp_path / "dist", cwd=tmp_path, env=environment)
    assert (tmp_path / "dist" / "isgkg.nq").stat().st_size > 1_000_000


def test_the_installed_release_is_that_of_the_checkout(installed: Path, tmp_path: Path, release_folder: Path) -> None:
    sh(installed, "build", "--no-reason", "--out", tmp_path, cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)})
    assert (tmp_path / "isgkg.nq").read_bytes() == (release_folder / "isgkg.nq").read_bytes()
