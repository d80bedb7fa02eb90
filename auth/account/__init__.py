"""How somebody signs in, looked at and changed by themselves."""
