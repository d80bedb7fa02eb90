"""The console with its people."""

from tests.tenants.editing.conftest import desk, web

__all__ = ["desk", "web"]
