"""A model as it lies on disk: found, read, and told as a shape and weights. No TensorFlow."""
