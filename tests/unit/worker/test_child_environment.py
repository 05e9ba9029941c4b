"""What a worker's own processes inherit."""

import pytest

from services.worker.child_environment import child_environment


@pytest.mark.parametrize(
    "name",
    [
        "AWS_SECRET_ACCESS_KEY",
        "CONSUL_HTTP_TOKEN",
        "EVENFLOW_WORKER_CONSUL_TOKEN",
        "HF_TOKEN",
        "NVIDIA_API_KEY",
        "PIP_INDEX_URL",
        "PYTHON_KEYRING_PASSWORD",
        "TF_TOKEN_app_terraform_io",
        "https_proxy",
    ],
)
def test_secrets_and_what_may_hold_them_are_not_handed_on(name):
    assert child_environment({name: "secret", "PATH": "/bin"}) == {"PATH": "/bin"}


@pytest.mark.parametrize(
    "name", ["HOME", "LC_ALL", "OMP_NUM_THREADS", "PYTHONPATH", "TF_ENABLE_ONEDNN_OPTS", "TMPDIR"]
)
def test_what_python_and_tensorflow_read_is_handed_on(name):
    assert child_environment({name: "x"}) == {name: "x"}


def test_what_the_process_is_told_of_its_own_wins():
    told = child_environment({"CUDA_VISIBLE_DEVICES": "0"}, CUDA_VISIBLE_DEVICES="")
    assert told == {"CUDA_VISIBLE_DEVICES": ""}
