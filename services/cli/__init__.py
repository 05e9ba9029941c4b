"""The `evenflow` command: the only code that may import all rooms."""
