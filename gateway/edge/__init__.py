"""The HTTP edge: the OpenAI-compatible API, for those who do not speak gRPC."""
