"""What goes wrong between us and a registry.

Pure. Two classes, because an operator does two different things about them.
Neither leaves this room: a Resolver or Registrar rides out both.
"""


class RegistryFault(Exception):
    """The registry cannot be reached, or answered with an error or with nonsense."""


class RegistryDenied(RegistryFault):
    """The registry answered, and refuses us: the token must be mended."""
