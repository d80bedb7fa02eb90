"""The console at which terms are opened."""

from tests.tenants.editing.conftest import desk, web

__all__ = ["desk", "web"]
