"""`python -m gateway`."""

from gateway.app import serve
from gateway.settings import GatewaySettings
from services.runtime.lifecycle import main

if __name__ == "__main__":
    main("gateway", GatewaySettings, serve)
