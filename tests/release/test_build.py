"""Building: the same bytes twice, an earlier release left whole by a failure, a damaged one recognised."""

import json
from pathlib import Path

import pytest

from isgkg.errors import ReleaseError, SourceError
from isgkg.messages import LANGUAGES
from isgkg.release.build import BuildOptions, build
from isgkg.release.locate import ENVIRONMENT, locate
from isgkg.release.output import MANIFEST, NQUADS, Release, verify
from isgkg.store import EmbeddedStore

from .conftest import Edit


def test_two_builds_give_the_same_bytes(copy: Path, release: Release) -> None:
    again = build(copy, BuildOptions(lang="en"))
    assert again.nquads == release.nquads
    assert again.manifest == release.manifest


def test_the_order_of_lines_in_a_table_does_not_matter(copy: Path, release: Release) -> None:
    path = copy / "data/guideline/links.tsv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")
    assert build(copy).nquads == release.nquads


def test_the_manifest_says_what_the_release_is(release: Release, release_folder: Path) -> None:
    manifest = json.loads((release_folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["version"] == "1.0.0"
    assert manifest["quads"] == sum(manifest["graphs"].values()) == release.nquads.count(b"\n")
    assert verify(release_folder) == release.manifest


def test_a_failed_build_leaves_the_earlier_release_untouched(edit: Edit, copy: Path, release: Release, tmp_path: Path) -> None:
    out = tmp_path / "out"
    release.write(out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    edit("data/guideline/items.tsv", "\nS309\t", "\nS308\t")
    with pytest.raises(SourceError):
        build(copy).write(out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_graph_that_breaks_a_rule_is_not_released(edit: Edit, copy: Path) -> None:
    edit("data/guideline/definitions.tsv", "\nK03\t", "\nK03\t是指智能社会的")
    with pytest.raises(ReleaseError) as caught:
        build(copy)
    assert "T12" in caught.value.text("zh")
    assert "data/guideline/items.tsv:" in caught.value.text("zh")


@pytest.mark.parametrize("damage", [b"", b"<a:a> <a:b> <a:c> .\n"])
def test_a_damaged_release_is_recognised(release: Release, tmp_path: Path, damage: bytes) -> None:
    release.write(tmp_path)
    (tmp_path / NQUADS).write_bytes(release.nquads[:-100] + damage)
    with pytest.raises(ReleaseError) as caught:
        verify(tmp_path)
    assert caught.value.key == "release.damaged"
    assert all(str(tmp_path) in caught.value.text(lang) for lang in LANGUAGES)


def test_the_sentence_on_a_release_gives_the_command_that_mends_it(release: Release, tmp_path: Path) -> None:
    folder = tmp_path / "a release"
    with pytest.raises(ReleaseError) as caught:
        verify(folder)
    assert f"isgkg build --out '{folder}'" in caught.value.text("en")
    release.write(folder)
    (folder / NQUADS).write_bytes(b"")
    with pytest.raises(ReleaseError) as caught:
        verify(folder)
    assert caught.value.key == "release.damaged"
    assert f"isgkg build --out '{folder}'" in caught.value.text("zh")
    (folder / NQUADS).unlink()
    (folder / NQUADS).mkdir()
    with pytest.raises(ReleaseError) as caught:
        verify(folder)
    assert caught.value.key == "release.unreadable"
    assert "it is a folder" in caught.value.text("en")
    assert f"isgkg build --out '{folder}'" in caught.value.text("en")


def test_a_release_that_is_no_folder_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError) as caught:
        verify(tmp_path / "file")
    assert "no folder" in caught.value.text("en")
    assert "不是文件夹" in caught.value.text("zh")


def test_nquads_that_are_none_are_named_with_the_command_that_mends_them(tmp_path: Path) -> None:
    (tmp_path / NQUADS).write_text("none", encoding="utf-8")
    with pytest.raises(ReleaseError) as caught:
        EmbeddedStore.load(tmp_path / NQUADS)
    assert f"isgkg build --out {tmp_path}" in caught.value.text("en")
    assert "不是 N-Quads" in caught.value.text("zh")


def test_a_release_that_cannot_be_written_leaves_nothing(release: Release, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ReleaseError) as caught:
            release.write(out)
        assert caught.value.key == "release.unwritable"
        assert str(out) in caught.value.text("zh")
    (tmp_path / "out" / NQUADS).mkdir(parents=True)
    with pytest.raises(ReleaseError):
        release.write(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [NQUADS]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"version": 1}'])
def test_a_manifest_that_is_none_is_recognised(release: Release, tmp_path: Path, content: str) -> None:
    release.write(tmp_path)
    (tmp_path / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(ReleaseError):
        verify(tmp_path)


def test_the_release_named_by_the_environment_is_used_and_verified(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    with pytest.raises(ReleaseError):
        locate()
    release.write(tmp_path)
    assert locate() == tmp_path


def test_the_cache_is_filled_once_and_mended_when_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    builds: list[int] = []
    first = locate(lambda: builds.append(1))
    assert locate(lambda: builds.append(2)) == first
    (first / NQUADS).write_bytes(b"")
    assert locate(lambda: builds.append(3)) == first
    assert builds == [1, 3]
    verify(first)
