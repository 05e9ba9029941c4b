"""The balancer: decides which worker runs each step, and when; never in the token path."""
