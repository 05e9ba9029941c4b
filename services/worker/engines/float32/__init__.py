"""The float32 execution, and the layers as TensorFlow operations."""
