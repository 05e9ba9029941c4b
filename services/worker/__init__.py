"""The model-worker service: runs sequences in one continuously batched model."""
