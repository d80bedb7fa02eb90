"""The same desks as in the editor."""

from tests.tenants.editor.conftest import *  # noqa: F403  # pytest finds fixtures by name
