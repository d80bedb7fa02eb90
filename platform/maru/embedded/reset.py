"""`make reset`: removes everything that `make up` keeps for one home, after asking."""

import shutil
import sys
from pathlib import Path

import click

from maru.config import OUTBOX, RUNTIME_FILE, Config
from maru.embedded.keys import PORTS, SECRETS_FILE
from maru.embedded.lock import FILE, only_one
from maru.embedded.place import folder_elsewhere
from maru.embedded.process import Child
from maru.embedded.runtime import PREPARED
from maru.errors import ConfigurationError

FOLDERS = ("postgres", "s3", "keycloak", "cache", "logs", "agency", "media", "metrics", OUTBOX, PORTS)
FILES = (RUNTIME_FILE, SECRETS_FILE, PREPARED, FILE)
PROGRAMS = ("serve", "worker", "migrate", "sample-load", "postgres", "s3", "keycloak", "keycloak-build")


def main() -> int:
    """Ask on the terminal; the exit status."""
    try:
        home = Config.load().home
        if not (home / SECRETS_FILE).exists():
            click.echo(f"There is nothing to reset in {home}.")
            return 0
        with only_one(home):
            elsewhere = folder_elsewhere(home)
            places = f"{home} and {elsewhere}" if elsewhere.exists() else str(home)
            click.echo(f"This removes the database, all files and all accounts in {places}.")
            click.echo("Type yes to go on: ", nl=False)
            if sys.stdin.readline().strip() != "yes":
                click.echo("Nothing was removed.")
                return 0
            remove(home)
    except (ConfigurationError, OSError) as problem:
        click.echo(f"Not reset: {problem}")
        return 1
    click.echo("Removed. The next make up begins anew.")
    return 0


def remove(home: Path) -> None:
    """Remove what is ours in `home`, and PostgreSQL's folder elsewhere; the home itself if that leaves it empty."""
    for program in PROGRAMS:
        Child(program, home).end_leftovers()
    for folder in [*(home / name for name in FOLDERS), folder_elsewhere(home)]:
        if folder.exists():
            shutil.rmtree(folder)
    for name in FILES:
        (home / name).unlink(missing_ok=True)
    if not any(home.iterdir()):
        home.rmdir()


if __name__ == "__main__":
    sys.exit(main())
