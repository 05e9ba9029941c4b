"""`evenflow bench`: load any mesh, measure what its callers see, draw it."""
