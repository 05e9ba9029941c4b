"""The gateway's way to its balancers: connections, shards, and what they are still to be told."""
