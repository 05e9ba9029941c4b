import socket

import pytest

from services.cli.faults import Complaint
from services.cli.mesh.ports import require_free


def test_a_taken_port_is_told_with_its_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(Complaint, match="is taken: the gateway cannot listen there") as caught:
            require_free(address, "the gateway", "use --listen")
    assert str(caught.value).startswith(address)
    assert (caught.value.hint, caught.value.exit_code) == ("use --listen", 2)
    require_free(address, "the gateway", "use --listen")  # given back


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(Complaint, match="not an address of this machine"):
        require_free("192.0.2.1:0", "the gateway", "")


def test_a_host_that_nobody_knows_is_told() -> None:
    with pytest.raises(Complaint, match="is no known host"):
        require_free("nowhere.invalid:1", "the gateway", "")
