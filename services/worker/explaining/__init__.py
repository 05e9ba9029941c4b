"""Says what a model's answer is owed to, in a process beside the one that serves."""
