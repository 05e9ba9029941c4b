"""`evenflow up` and `evenflow demo`: a mesh on this machine, its processes and their successors."""
