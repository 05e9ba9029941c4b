"""Explanations of answers and labels: asked of a worker, told to a caller."""
