"""What turns a prompt into tokens. `engine.py` holds the interfaces."""
