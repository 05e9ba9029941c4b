"""Makes a graph of many layers of one that was converted with five.

To convert a graph takes a time that grows with its layers, and they are all
alike. An operation belongs to the last layer whose inputs it depends on; the
fourth layer's are repeated, each repetition reading what the one before wrote,
and the fifth's stay the last. Knows inputs by names such as "down_2" or
"keys_2_0": a word, the layer, perhaps more; a model's arithmetic it does not
know. Refuses a graph whose third and fourth layers differ, in a constant too;
the order of a layer's operations does not matter.
"""

import copy
import re
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

SHALLOW = 5  # layers: the first, what the next reads, two that are compared, the last
_SECOND, _THIRD, _FOURTH, _LAST = range(1, SHALLOW)
_OF_A_LAYER = re.compile(r"([a-z_]+?)_(\d+)((?:_\d+)?)")


class NotAlike(Exception):
    """The graph's layers are not repetitions of one."""


def deepened(converted: bytes, layers: int) -> bytes:
    """The same graph with so many layers, five at least; raises NotAlike."""
    model = schema.ModelT.InitFromPackedBuf(converted, 0)
    _Deepening(model).to(layers)
    builder = flatbuffers.Builder(1 << 22)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


class _Deepening:
    """A graph while its fourth layer is repeated. Tensors are known by their places."""

    def __init__(self, model: Any) -> None:
        (self._graph,), (self._signature,) = model.subgraphs, model.signatureDefs
        self._codes = [code.builtinCode for code in model.operatorCodes]
        self._buffers = model.buffers
        self._layer: dict[int, int] = {}
        self._kinds: dict[int, tuple[str, str]] = {}
        for entry in self._signature.inputs:
            if name := _OF_A_LAYER.fullmatch(entry.name.decode()):
                self._layer[entry.tensorIndex] = int(name[2])
                self._kinds[entry.tensorIndex] = name[1], name[3]
        self._inputs = set(self._layer)
        self._shared = {entry.tensorIndex for entry in self._signature.inputs} - self._inputs
        self._numbers: dict[object, int] = {}
        self._made: list[Any] = []
        self._operators: list[list[Any]] = [[] for _ in range(SHALLOW)]
        for operator in self._graph.operators:
            layer = max(self._layer.get(int(place), 0) for place in operator.inputs)
            self._operators[layer].append(operator)
            if any(int(place) in self._layer for place in operator.inputs):
                self._layer |= dict.fromkeys(map(int, operator.outputs), layer)
            else:  # no layer has a part in it, and every layer may read it
                self._shared |= set(map(int, operator.outputs))

    def to(self, layers: int) -> None:
        """Repeat the fourth layer until there are so many."""
        following = self._following()
        for place in [place for place in self._inputs if self._layer[place] == _LAST]:
            self._rename(place, layers - 1)
        copies: list[dict[int, int]] = [{}]  # the fourth layer's tensors in each repetition
        for layer in range(SHALLOW - 1, layers - 1):
            copies.append(self._repeated(layer, copies[-1], following))
        for operator in self._operators[_LAST]:
            if any(self._layer.get(int(place)) == _THIRD for place in operator.inputs):
                self._gather(operator, copies)
            else:
                operator.inputs = [copies[-1].get(int(p), int(p)) for p in operator.inputs]
        first = [one for layer in self._operators[:_LAST] for one in layer]
        self._graph.operators = [*first, *self._made, *self._operators[_LAST]]

    def _following(self) -> dict[int, int]:
        """The tensors that the fourth layer writes in place of the third's."""
        third = self._meanings(_THIRD, self._meanings(_SECOND, {}))
        fourth = self._meanings(_FOURTH, self._meanings(_THIRD, {}))
        if set(third.values()) != set(fourth.values()):
            raise NotAlike
        by_meaning = {meaning: place for place, meaning in fourth.items()}
        return {place: by_meaning[meaning] for place, meaning in third.items()}

    def _meanings(self, layer: int, before: dict[int, int]) -> dict[int, int]:
        """What each tensor that a layer writes is computed of, as a number.

        Of what the layer before wrote, `before` knows the meaning; else all is one.
        """
        found: dict[int, int] = {}

        def meaning(place: int) -> object:
            if place in found:
                return found[place]
            if place in self._inputs:
                return self._kinds[place]
            if self._layer.get(place) == layer - 1:
                return "before", before.get(place)
            if place < 0 or place in self._layer or place in self._shared:
                return "same", place
            tensor = self._graph.tensors[place]
            return "constant", tensor.type, bytes(tensor.shape), bytes(self._data(tensor))

        for operator in self._operators[layer]:
            options = vars(operator.builtinOptions) if operator.builtinOptions else {}
            own = b"" if operator.customOptions is None else bytes(operator.customOptions)
            told = (operator.opcodeIndex, repr(sorted(options.items())), own)
            read = tuple(meaning(int(place)) for place in operator.inputs)
            for number, place in enumerate(map(int, operator.outputs)):
                found[place] = self._numbers.setdefault((told, read, number), len(self._numbers))
        return found

    def _data(self, tensor: Any) -> Any:
        data = self._buffers[tensor.buffer].data
        return b"" if data is None else data

    def _repeated(
        self, layer: int, before: dict[int, int], following: dict[int, int]
    ) -> dict[int, int]:
        """Add a layer behind that of `before`; the fourth layer's tensors in it."""
        placed = {place: before.get(match, match) for place, match in following.items()}

        def place_of(place: int) -> int:
            if place not in placed:
                is_own = self._layer.get(place) == _FOURTH
                placed[place] = self._copied(place, layer) if is_own else place
            return placed[place]

        for operator in self._operators[_FOURTH]:
            again = copy.copy(operator)
            again.inputs = [place_of(int(place)) for place in operator.inputs]
            again.outputs = [place_of(int(place)) for place in operator.outputs]
            self._made.append(again)
        return placed

    def _copied(self, place: int, layer: int) -> int:
        tensor, new = copy.copy(self._graph.tensors[place]), len(self._graph.tensors)
        tensor.buffer = 0  # nothing that is copied is a constant
        self._graph.tensors.append(tensor)
        if place in self._inputs:
            entry = copy.copy(next(e for e in self._signature.inputs if e.tensorIndex == place))
            entry.tensorIndex = new
            self._signature.inputs.append(entry)
            self._graph.inputs = [*self._graph.inputs, new]
            self._rename(new, layer)
        return new

    def _rename(self, place: int, layer: int) -> None:
        """Let an input be that of another layer."""
        entry = next(e for e in self._signature.inputs if e.tensorIndex == place)
        name = _OF_A_LAYER.sub(rf"\g<1>_{layer}\g<3>", entry.name.decode()).encode()
        entry.name = self._graph.tensors[place].name = name

    def _gather(self, operator: Any, copies: list[dict[int, int]]) -> None:
        """Let what takes something of every layer take it of the repetitions too."""
        if self._codes[operator.opcodeIndex] != schema.BuiltinOperator.PACK:
            raise NotAlike
        read = [int(place) for place in operator.inputs]
        fourth = [place for place in read if self._layer.get(place) == _FOURTH]
        earlier = [place for place in read if self._layer.get(place, 0) < _FOURTH]
        last = [place for place in read if self._layer.get(place) == _LAST]
        if [*earlier, *fourth, *last] != read:
            raise NotAlike
        between = [made[place] for made in copies[1:] for place in fourth]
        operator.inputs = [*earlier, *fourth, *between, *last]
        operator.builtinOptions.valuesCount = len(operator.inputs)
        axis, (output,) = operator.builtinOptions.axis, map(int, operator.outputs)
        tensor = self._graph.tensors[output]
        for sizes in ("shape", "shapeSignature"):
            if (told := getattr(tensor, sizes)) is not None:
                grown = np.array(told)
                grown[axis] = len(operator.inputs)
                setattr(tensor, sizes, grown)
