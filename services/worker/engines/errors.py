"""What can go wrong before a model serves: a bad file, no file, a bad template.

Pure. What goes wrong while sequences run is in `services.worker.errors`.
"""


class ModelFileError(Exception):
    """The file is not a model that this worker can run; says what is wrong with it."""


class ModelUnavailableError(Exception):
    """No file for the model's name, or it could not be fetched."""


class TemplateError(Exception):
    """The model's chat template cannot render these messages."""
