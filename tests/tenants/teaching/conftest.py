"""The console of a city as one of its staff sees it."""

from tests.tenants.console.conftest import city, console, web

__all__ = ["city", "console", "web"]
