"""The rooms that every process shares, the model worker and the command line."""
