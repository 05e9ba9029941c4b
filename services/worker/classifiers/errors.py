"""What is wrong with a classifier's folder.

Pure. One class: whoever reads a folder either has a classifier or is told why not.
"""


class ClassifierError(Exception):
    """The folder holds no classifier that can be used; names the file and the field."""
