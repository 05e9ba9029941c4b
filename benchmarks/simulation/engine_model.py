"""A worker with continuous batching and chunked prefill, in discrete events.

Pure. Decides what a batch computes and when each step ends. Steps in which
nobody comes or goes are computed as one *stretch* by a closed form, so that a
request costs a handful of events however long its answer is. Knows no policy
and no network.

The rules are those of today's engines: every sequence decodes in every step, one
chunk of prefill goes along; prompts are taken in order of arrival while slots and
KV cache have room; where growing answers overflow the cache, the youngest
sequence is thrown out and computed anew later.
"""

import heapq
import math
from collections import deque
from collections.abc import Iterator

from benchmarks.simulation.pace import Pace
from benchmarks.simulation.prefix_cache import PrefixCache
from benchmarks.simulation.stretch import Happened, Sequence, Stretch
from benchmarks.simulation.trace import Request

HEADROOM = 0.02
"""Part of the cache that newcomers leave to those who grow, or they throw each other out."""
SMOOTHING = 0.1
"""Part of a measured mean that each step sets anew, as in our own worker."""


class EngineModel:
    """One worker. `boundary` is when `advance` must be called next, infinite when idle."""

    def __init__(self, pace: Pace, speed: float = 1.0) -> None:
        self.pace = pace
        self.speed = speed
        self.boundary = math.inf
        self.steps = 0
        self.context = 0
        self.backlog = 0
        self.generated = 0
        self.preemptions = 0
        self.joined = 0
        self.busy_seconds = 0.0
        self.decode_seconds = 0.0
        self.prefill_rate = 0.0
        self.cache = PrefixCache()
        self._waiting: deque[Sequence] = deque()
        self._prefilling: deque[Sequence] = deque()
        self._reserved = 0
        self._decoding: list[tuple[int, int, Sequence]] = []
        self._stretch: Stretch | None = None

    @property
    def sequences(self) -> int:
        """Sequences that it holds, the waiting ones included."""
        return len(self._decoding) + len(self._prefilling) + len(self._waiting)

    @property
    def kv_used(self) -> int:
        """Tokens in the cache, those of prompts under way included."""
        return self.context + self._reserved

    @property
    def decoding(self) -> int:
        """Sequences that decode."""
        return len(self._decoding)

    @property
    def answering(self) -> Iterator[Sequence]:
        """Those sequences."""
        return (entry[2] for entry in self._decoding)

    def leases(self) -> tuple[int, ...]:
        """The leases of all its sequences."""
        held = [entry[2].lease for entry in self._decoding]
        held += [sequence.lease for sequence in self._prefilling]
        held += [sequence.lease for sequence in self._waiting]
        return tuple(held)

    def steps_by(self, now: float) -> int:
        """Steps that it has run by now."""
        return self.steps + (self._stretch.steps_by(now) if self._stretch else 0)

    def backlog_by(self, now: float) -> int:
        """Prompt tokens taken in and not computed by now."""
        stretch = self._stretch
        return self.backlog - (stretch.chunk * stretch.steps_by(now) if stretch else 0)

    def join(self, request: Request, lease: int, now: float) -> None:
        """A request has come."""
        sequence = Sequence(request, lease, request.prompt_tokens, request.answer_tokens)
        self._waiting.append(sequence)
        self.joined += 1
        self.backlog += sequence.left
        if self._stretch is None:
            self._plan(now)
        elif not self._stretch.chunk:
            self._cut(now)

    def change_speed(self, speed: float, now: float) -> None:
        """From the next step on it is so fast."""
        self.speed = speed
        self._cut(now)

    def advance(self) -> Happened:
        """The stretch has ended, at `boundary`; the next one begins."""
        stretch, now = self._stretch, self.boundary
        if stretch is None:
            return Happened([], [])
        self._measure(stretch)
        self.steps += stretch.steps
        self.busy_seconds += now - stretch.begun_at
        grown = len(self._decoding) * stretch.steps
        self.context += grown
        self.generated += grown
        self.backlog -= stretch.chunk * stretch.steps
        first_tokens = self._prefilled(stretch)
        ended = []
        while self._decoding and self._decoding[0][0] <= self.steps:
            sequence = heapq.heappop(self._decoding)[2]
            self.context -= sequence.request.prompt_tokens + sequence.request.answer_tokens
            if sequence.request.whole:
                self.cache.keep((*sequence.request.beginnings, sequence.request.whole))
            ended.append(sequence)
        self.cache.trim(self.pace.kv_tokens - self.kv_used)
        self._plan(now)
        return Happened(first_tokens, ended)

    def _prefilled(self, stretch: Stretch) -> list[Sequence]:
        """Note what was computed of prompts; a prompt's last step gives the first token."""
        first_tokens = []
        for sequence, tokens in stretch.parts:
            sequence.left -= tokens * stretch.steps
            if sequence.left:
                continue
            self._prefilling.remove(sequence)
            self.cache.keep(sequence.request.beginnings)
            self._reserved -= self._size(sequence)
            sequence.rest -= 1
            sequence.ends_at_step = self.steps + sequence.rest
            self.context += self._size(sequence)
            self.generated += 1
            entry = (sequence.ends_at_step, sequence.request.number, sequence)
            heapq.heappush(self._decoding, entry)
            if not sequence.has_begun:
                sequence.has_begun = True
                first_tokens.append(sequence)
        return first_tokens

    def _plan(self, now: float) -> None:
        """Begin the next stretch, if there is anything to do.

        1. Answers that would overflow the cache throw out the youngest.
        2. Who waits joins while there is room.
        3. A long prompt's whole chunks, or the step that ends a prompt, or as many
           plain decode steps as nobody's end comes between.
        """
        while self._decoding and self.kv_used + len(self._decoding) > self.pace.kv_tokens:  # 1
            if not self._throw_out():
                break
        self._admit()  # 2
        rows = len(self._decoding)
        if not rows and not self._prefilling:
            self._stretch, self.boundary = None, math.inf
            return
        parts, steps = self._next_prefill()  # 3
        chunk = sum(tokens for _, tokens in parts)
        if rows:
            until_end = self._decoding[0][0] - self.steps
            until_full = (self.pace.kv_tokens - self.kv_used) // rows
            steps = max(1, min(steps or until_end, until_end, until_full))
        self._begin(now, steps, chunk, parts)

    def _begin(self, now: float, steps: int, chunk: int, parts: list[tuple[Sequence, int]]) -> None:
        pace, rows = self.pace, len(self._decoding)
        decodes = rows > 0 or pace.is_fused
        seconds = pace.decode_seconds(rows, self.context) if decodes else 0.0
        first = (seconds + pace.prefill_token_seconds * chunk) / self.speed
        growth = pace.context_token_seconds * rows / self.speed
        self._stretch = Stretch(now, self.speed, steps, first, growth, chunk, parts)
        self.boundary = now + self._stretch.seconds(steps)

    def _next_prefill(self) -> tuple[list[tuple[Sequence, int]], int]:
        """What of which prompts is computed in a step, and in how many steps alike."""
        if not self._prefilling:
            return [], 0
        room = self.pace.chunk_tokens
        head = self._prefilling[0]
        self._look_up(head)
        if head.left > room:
            return [(head, room)], (head.left - 1) // room
        if not self.pace.is_fused:
            return [(head, head.left)], 1
        parts = []
        for sequence in self._prefilling:
            self._look_up(sequence)
            tokens = min(room, sequence.left)
            parts.append((sequence, tokens))
            room -= tokens
            if not room:
                break
        return parts, 1

    def _look_up(self, sequence: Sequence) -> None:
        """A prompt's turn has come: what is held of it need not be computed, but its last token."""
        if sequence.found is None:
            held = self.cache.find(sequence.request.beginnings)
            sequence.found = min(held, sequence.left - 1)
            sequence.left -= sequence.found
            self.backlog -= sequence.found

    def _admit(self) -> None:
        while self._waiting and len(self._decoding) + len(self._prefilling) < self.pace.slots:
            size = self._size(self._waiting[0])
            is_empty = not self._decoding and not self._prefilling
            if self.kv_used + size > self.pace.kv_tokens * (1 - HEADROOM) and not is_empty:
                break
            self._prefilling.append(self._waiting.popleft())
            self._reserved += size

    def _throw_out(self) -> bool:
        """The youngest goes back to the front of those who wait, to be computed anew."""
        if len(self._decoding) + len(self._prefilling) <= 1:
            return False
        self.preemptions += 1
        if self._prefilling:
            sequence = self._prefilling.pop()
            self._reserved -= self._size(sequence)
            self.backlog -= sequence.left
        else:
            entry = max(self._decoding, key=lambda e: e[1])
            self._decoding.remove(entry)
            heapq.heapify(self._decoding)
            sequence = entry[2]
            sequence.rest = sequence.ends_at_step - self.steps
            self.context -= self._size(sequence)
        sequence.left = self._size(sequence)
        sequence.found = None
        self.backlog += sequence.left
        self._waiting.appendleft(sequence)
        return True

    def _cut(self, now: float) -> None:
        """End the stretch with the step that is under way."""
        stretch = self._stretch
        if stretch is None:
            return
        stretch.steps = min(stretch.steps, stretch.steps_by(now) + 1)
        self.boundary = stretch.begun_at + stretch.seconds(stretch.steps)

    def _measure(self, stretch: Stretch) -> None:
        """Take note of the rates, as a worker does for its reports."""
        part = 1 - (1 - SMOOTHING) ** stretch.steps
        prefill_seconds = self.pace.prefill_token_seconds / stretch.speed
        if stretch.chunk:
            new = 1 / prefill_seconds
            self.prefill_rate += (new - self.prefill_rate) * (part if self.prefill_rate else 1)
        if self._decoding:
            new = stretch.first - stretch.chunk * prefill_seconds
            moved = part if self.decode_seconds else 1
            self.decode_seconds += (new - self.decode_seconds) * moved

    @staticmethod
    def _size(sequence: Sequence) -> int:
        """Tokens that it has or will have in the cache when its prompt is computed."""
        return sequence.request.prompt_tokens + sequence.request.answer_tokens - sequence.rest
