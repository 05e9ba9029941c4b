"""`evenflow explain`: an explanation asked for, and drawn."""
