"""What a gateway decides while no balancer can be reached."""
