"""An export is all or nothing, replaces only what an export wrote, and says plainly why it did not
happen.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from exporters import folder
from exporters.export import ExportError, Report, export, preview
from exporters.switch import MANIFEST
from tests.tools.builders import EDGE, HOST, deployment, rule
from wizard.deployment import Deployment

ONE = deployment(rule())
TWO = deployment(rule(ports=(1, 2)), firewalls={"edge": EDGE})

BOTH = deployment(rule(), firewalls={"server": HOST, "edge": EDGE})


def tree(where: Path) -> dict[str, bytes]:
    """Every file below a folder, and every folder, hidden ones too."""
    found = {}
    for path in sorted(where.rglob("*")):
        name = str(path.relative_to(where))
        if path.is_symlink():
            found[name] = b"-> " + bytes(path.readlink())
        else:
            found[name] = path.read_bytes() if path.is_file() else b"folder"
    return found


def write(value: Deployment, to: Path, force: bool = False) -> Report:
    return export(value, to, ["csv", "nftables"], force)


def test_writes_what_the_preview_shows(tmp_path: Path) -> None:
    report = write(ONE, tmp_path / "new/out")
    files = {name: data for name, data in tree(tmp_path / "new/out").items() if data != b"folder"}
    assert files.pop(MANIFEST)
    assert files == {
        path: folder.as_bytes(text) for path, text in preview(ONE, ["csv", "nftables"]).items()
    }
    assert {entry.path: entry.size for entry in report.written} == {
        path: len(data) for path, data in files.items()
    }
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == ["out"]


PATHS = ("", "README.md", "firewalls/server", "firewalls/server/nftables.sh")


def modes_in(out: Path) -> dict[str, int]:
    return {name: stat.S_IMODE((out / name).stat().st_mode) for name in PATHS}


def test_only_the_person_may_read_it_and_scripts_can_be_run(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(ONE, tmp_path / "out")
    finally:
        os.umask(before)
    assert modes_in(tmp_path / "out") == dict(zip(PATHS, (0o700, 0o600, 0o700, 0o700), strict=True))


@pytest.mark.parametrize("beside", [False, True], ids=["in one step", "file by file"])
def test_what_the_person_has_opened_to_others_stays_open(beside: bool, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(ONE, out)
    if beside:
        (out / "notes.txt").write_text("mine")
    before = tree(out)
    opened = dict(zip(PATHS, (0o755, 0o644, 0o750, 0o750), strict=True))
    for path, mode in opened.items():
        (out / path).chmod(mode)
    write(BOTH, out, force=True)
    assert modes_in(out) == opened
    assert "firewalls/edge/nftables.nft" in tree(out)
    for path in tree(out).keys() - before:
        assert stat.S_IMODE((out / path).stat().st_mode) & 0o077 == 0, path


def test_an_empty_folder_is_filled_and_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o700)
    write(ONE, tmp_path / "out")
    assert (tmp_path / "out/README.md").exists()
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_the_folder_that_one_stands_in_stays_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    inode = here.stat().st_ino
    write(ONE, Path())
    assert here.stat().st_ino == inode
    assert Path("README.md").exists()
    assert not [name for name in tree(here) if "portwright-" in name and name != MANIFEST]


@pytest.mark.parametrize("name", ["notes.txt", "README.md", "firewalls", ".hidden"])
def test_other_files_are_refused(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(ExportError, match="is not empty"):
        write(ONE, out)
    assert tree(tmp_path) == before


def test_an_earlier_export_is_refused_without_force(tmp_path: Path) -> None:
    write(ONE, tmp_path / "out")
    before = tree(tmp_path)
    with pytest.raises(ExportError, match="With --force the files of the earlier export"):
        write(ONE, tmp_path / "out")
    assert tree(tmp_path) == before


def test_force_replaces_an_export_and_leaves_other_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(ONE, out)
    (out / "notes.txt").write_text("mine")
    report = write(TWO, out, force=True)
    assert set(report.removed) == {"firewalls/server/nftables.nft", "firewalls/server/nftables.sh"}
    assert report.kept == ()
    fresh = tmp_path / "fresh"
    write(TWO, fresh)
    assert tree(out) == {**tree(fresh), "notes.txt": b"mine"}


def test_force_does_not_replace_what_no_export_wrote(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "README.md").write_text("mine")
    (out / "notes.txt").write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(ExportError, match=r"in the way.*README\.md"):
        write(ONE, out, force=True)
    assert tree(tmp_path) == before
    (out / "README.md").unlink()
    write(ONE, out, force=True)
    assert (out / "notes.txt").read_text() == "mine"


def test_force_keeps_what_was_edited(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(ONE, out)
    (out / "rules.csv").write_text("edited")
    (out / "rules.csv.bak").write_text("older")
    (out / "firewalls/server/nftables.sh").write_text("edited too")
    report = write(TWO, out, force=True)
    assert dict(report.kept) == {
        "rules.csv": "rules.csv.bak2",
        "firewalls/server/nftables.sh": "firewalls/server/nftables.sh.bak",
    }
    assert (out / "rules.csv.bak").read_text() == "older"
    assert (out / "rules.csv.bak2").read_text() == "edited"
    assert (out / "firewalls/server/nftables.sh.bak").read_text() == "edited too"
    assert (out / "rules.csv").read_bytes() == folder.as_bytes(preview(TWO, ["csv"])["rules.csv"])


def test_force_again_changes_nothing(tmp_path: Path) -> None:
    write(ONE, tmp_path / "out")
    before = tree(tmp_path)
    report = write(ONE, tmp_path / "out", force=True)
    assert (report.removed, report.kept) == ((), ())
    assert tree(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("earlier", [False, True])
def test_whatever_fails_all_is_as_it_was(
    earlier: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every single move and every single write fails once."""
    real_rename, real_fsync = Path.rename, os.fsync
    for failing in range(1, 200):
        out = tmp_path / f"run{failing}" / "out"
        out.parent.mkdir()
        if earlier:
            write(ONE, out)
            (out / "rules.csv").write_text("edited")
            (out / "notes.txt").write_text("mine")
        before = tree(out.parent)
        calls = 0

        def count(failing: int = failing) -> None:
            nonlocal calls
            calls += 1
            if calls == failing:
                raise OSError(errno.ENOSPC, "No space left on device")

        def rename(self: Path, target: Path) -> Path:
            count()
            return real_rename(self, target)

        def fsync(handle: int) -> None:
            if not stat.S_ISDIR(os.fstat(handle).st_mode):
                count()
            real_fsync(handle)

        monkeypatch.setattr(Path, "rename", rename)
        monkeypatch.setattr(os, "fsync", fsync)
        try:
            write(TWO, out, force=True)
        except ExportError as error:
            said = str(error)
        else:
            said = ""
        monkeypatch.undo()
        if calls < failing:
            break
        assert "no space left on the disk" in said
        assert tree(out.parent) == before
    assert failing > 5
    assert said == ""


def test_links_are_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    with pytest.raises(ExportError, match="symbolic link"):
        write(ONE, tmp_path / "link", force=True)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ExportError, match="symbolic link"):
        write(ONE, tmp_path / "dangling")
    out = tmp_path / "out"
    out.mkdir()
    (out / "firewalls").symlink_to(elsewhere)
    with pytest.raises(ExportError, match="not a folder of its own"):
        write(ONE, out, force=True)
    assert tree(elsewhere) == {}


def test_a_link_in_place_of_a_file_is_moved_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(ONE, out)
    secret = tmp_path / "secret"
    secret.write_text("keep")
    (out / "rules.csv").unlink()
    (out / "rules.csv").symlink_to(secret)
    report = write(TWO, out, force=True)
    assert report.kept == (("rules.csv", "rules.csv.bak"),)
    assert secret.read_text() == "keep"
    assert not (out / "rules.csv").is_symlink()


def test_a_forged_manifest_reaches_nothing_outside(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("x")
    (out / MANIFEST).write_text(f"{hashlib.sha256(b'x').hexdigest()}  ../victim\n")
    write(ONE, out, force=True)
    assert victim.exists()


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_file_in_the_way(where: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match=r"is a file|is a file, not a folder"):
        write(ONE, tmp_path / where, force=True)
    assert tree(tmp_path) == {"file": b"mine"}


def test_no_permission(ordinary_user: Path) -> None:
    (ordinary_user / "closed").mkdir(mode=0o500)
    with pytest.raises(ExportError, match="no permission"):
        write(ONE, ordinary_user / "closed/out")


def test_read_only_disk_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(
        ExportError, match=r"Nothing was written to .*: the file system is read-only"
    ):
        write(ONE, tmp_path / "out")


def test_formats_by_name() -> None:
    with pytest.raises(ExportError, match="Did you mean nftables"):
        preview(ONE, ["nftable"])
    with pytest.raises(ExportError, match="has nothing to write for this plan"):
        preview(deployment(firewalls={}), ["nftables"])
    assert "plan.toml" not in preview(ONE, ["csv"])


def test_what_waits_is_refused_and_the_rest_is_written(tmp_path: Path) -> None:
    value = deployment(
        rule(sources=(), unresolved=("mfp",)), firewalls={"server": HOST, "edge": EDGE}
    )
    report = write(value, tmp_path / "out")
    (refused,) = report.refused
    assert (refused.firewall, refused.formats, refused.missing) == (
        "server",
        ("nftables",),
        ("mfp",),
    )
    # Whoever shows the report names them: not a second time among what to do now.
    assert not [line for line in report.next if "mfp" in line]
    assert (
        "Firewall `server` (nftables): to be supplied: mfp."
        in (tmp_path / "out/README.md").read_text()
    )
    assert not (tmp_path / "out/firewalls/server").exists()
    assert (tmp_path / "out/firewalls/edge/nftables.sh").exists()


def test_a_script_that_must_not_be_used_any_more_goes(tmp_path: Path) -> None:
    write(ONE, tmp_path / "out")
    value = deployment(rule(sources=(), unresolved=("mfp",)))
    write(value, tmp_path / "out", force=True)
    assert not (tmp_path / "out/firewalls").exists()


def test_folders_above_go_again_if_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ExportError, match="your disk quota is used up"):
        write(ONE, tmp_path / "a/b/c")
    assert tree(tmp_path) == {}
