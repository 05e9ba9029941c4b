"""`python -m services.cli`: the `evenflow` command."""

from services.cli.main import main

main()
