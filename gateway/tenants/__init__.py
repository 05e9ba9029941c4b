"""Who may ask, and how much: tenants, their keys and their limits."""
