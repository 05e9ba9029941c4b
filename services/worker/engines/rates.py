"""What is measured while an engine runs, smoothed.

Pure. Recent measurements count more: each new one moves the mean by `SHARE`.
"""

SHARE = 0.1


class Mean:
    """A moving mean; 0 while nothing was measured."""

    def __init__(self) -> None:
        self.value = 0.0
        self._measured = False

    def add(self, value: float) -> None:
        """Take in one measurement. The first one is the mean."""
        self.value += (value - self.value) * (SHARE if self._measured else 1.0)
        self._measured = True


class Ratio:
    """A moving ratio of two sums, such as tokens a second; long runs weigh more."""

    def __init__(self) -> None:
        self._above = Mean()
        self._below = Mean()

    def add(self, above: float, below: float) -> None:
        """Take in one measurement of both."""
        self._above.add(above)
        self._below.add(below)

    @property
    def value(self) -> float:
        """The ratio; 0 while not known."""
        return self._above.value / self._below.value if self._below.value else 0.0
