"""`python -m services.worker`."""

from services.runtime.lifecycle import main
from services.worker.app import serve
from services.worker.settings import WorkerSettings

if __name__ == "__main__":
    main("worker", WorkerSettings, serve)
