"""What carries a worker's stream to the caller."""
