"""`python -m loadbalancer`."""

from loadbalancer.app import serve
from loadbalancer.settings import BalancerSettings
from services.runtime.lifecycle import main

if __name__ == "__main__":
    main("balancer", BalancerSettings, serve)
