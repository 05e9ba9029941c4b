"""The int8 execution: converted once by TensorFlow, run by LiteRT alone."""
