"""One call, from its arrival to its last message, of whatever kind."""
