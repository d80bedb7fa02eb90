"""The command line: `maru COMMAND`. Only the module of the command that is asked for is imported: together they take
a second."""

from importlib import import_module
from typing import cast

import click

COMMANDS = (
    "up",
    "serve",
    "worker",
    "migrate",
    "doctor",
    "tenants",
    "staff",
    "regions",
    "share",
    "courses",
    "library",
    "members",
    "figures",
    "log",
    "identity",
    "keycloak",
    "sample",
)
"""Modules of `maru.commands`; each holds the command, or the group of them, that has its name."""


class Commands(click.Group):
    """The commands by their names."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        return cast("click.Command", getattr(import_module(f"maru.commands.{name}"), name))


@click.command(cls=Commands)
def main() -> None:
    """Maru, the shared lifelong-learning platform of a province."""


if __name__ == "__main__":
    main(prog_name="maru")
