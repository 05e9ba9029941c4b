"""`evenflow top`: a fleet as its balancer sees it, drawn live."""
