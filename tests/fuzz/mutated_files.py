"""Model files as chance or malice makes them."""

import json
from collections.abc import Callable
from math import prod
from random import Random
from typing import Any

# What an attacker would put in the place of a size, a name or a list.
_HOSTILE: list[Any] = [
    0, 1, 2, -1, 2**31, 2**53, 2**63, 2**64, 10**12, 10**400, 1.5, 1e308, float("nan"),
    True, None, "", "MLP", "Layer", "__import__('os').system('true')", "builtins.eval", "../../x",
    "relu\0", "F32", "x" * 10_000, [], {}, [[]], [10**12] * 3, [1] * 1_000, {"tensor": "layer1.w"},
    {"class": "Neuron"}, {"class": "Swish"}, "softmax", [{"class": "Swish"}] * 10_000,
    {"class": "Embedding", "count": 10**9, "size": 10**9},
    {"class": "MLP", "nin": 10**6, "nouts": [10**6], "activation": "relu"},
]  # fmt: skip


def mutated(content: bytes, numbers: Random) -> bytes:
    """The file with one change to three: anywhere, or such that it stays a safetensors file."""
    changes = numbers.choice([_CHANGES, _INNER_CHANGES])
    for _ in range(numbers.randint(1, 3)):
        content = numbers.choice(changes)(content, numbers)
    return content


def _flipped(content: bytes, numbers: Random) -> bytes:
    """A bit the other way round."""
    changed = bytearray(content)
    if changed:
        changed[numbers.randrange(len(changed))] ^= 1 << numbers.randrange(8)
    return bytes(changed)


def _cut(content: bytes, numbers: Random) -> bytes:
    """The end is missing."""
    return content[: numbers.randint(0, len(content))]


def _lengthened(content: bytes, numbers: Random) -> bytes:
    """There is something behind the end."""
    return content + numbers.randbytes(numbers.randint(1, 100))


def _without(content: bytes, numbers: Random) -> bytes:
    """Something in the middle is missing."""
    start, stop = sorted(numbers.randint(0, len(content)) for _ in range(2))
    return content[:start] + content[stop:]


def _repeated(content: bytes, numbers: Random) -> bytes:
    """Something stands there twice."""
    start, stop = sorted(numbers.randint(0, len(content)) for _ in range(2))
    return content[:stop] + content[start:]


def _overwritten(content: bytes, numbers: Random) -> bytes:
    """Noise in the place of something."""
    start = numbers.randint(0, len(content))
    noise = numbers.randbytes(numbers.randint(1, 50))
    return content[:start] + noise + content[start + len(noise) :]


def _measured_wrongly(content: bytes, numbers: Random) -> bytes:
    """Another length of the header."""
    length = numbers.choice([0, 1, 7, 2**20, 2**31, 2**63, 2**64 - 1, numbers.randint(0, 2_000)])
    return length.to_bytes(8, "little") + content[8:]


def _nested(_: bytes, numbers: Random) -> bytes:
    """A header of nothing but brackets, or objects in objects."""
    depth = numbers.choice([10, 1_000, 100_000])
    pair = numbers.choice([("[", "]"), ('{"a":', "}"), ('{"__metadata__":', "}")])
    return _framed((pair[0] * depth + "1" + pair[1] * depth).encode(), b"")


def _redescribed(content: bytes, numbers: Random) -> bytes:
    """A model or a training that is described otherwise, in a header that is right."""
    header, data = _parts(content)
    described = json.loads(header["__metadata__"]["glassgrad"])
    part = numbers.choice([name for name in described if name != "version"])
    described[part] = _altered(described[part], numbers)
    header["__metadata__"]["glassgrad"] = json.dumps(described)
    return _framed(json.dumps(header).encode(), data)


def _reshaped(content: bytes, numbers: Random) -> bytes:
    """A tensor with as many numbers in another shape."""
    header, data = _parts(content)
    tensor = header[numbers.choice([name for name in header if name != "__metadata__"])]
    count = prod(tensor["shape"])
    tensor["shape"] = numbers.choice([[count], [1, count], [count, 1], [1, 1, count]])
    return _framed(json.dumps(header).encode(), data)


def _renamed(content: bytes, numbers: Random) -> bytes:
    """Two tensors with each other's name."""
    header, data = _parts(content)
    one, two = numbers.choices([name for name in header if name != "__metadata__"], k=2)
    header[one], header[two] = header[two], header[one]
    return _framed(json.dumps(header).encode(), data)


def _renumbered(content: bytes, numbers: Random) -> bytes:
    """Other numbers: any bits are some."""
    header, data = _parts(content)
    start = numbers.randint(0, len(data))
    noise = numbers.choice([numbers.randbytes(8), b"\xff" * 8, bytes(8)])
    changed = (data[:start] + noise + data[start + 8 :])[: len(data)]
    return _framed(json.dumps(header).encode(), changed)


def _parts(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a safetensors file, and what follows it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def _restructured(content: bytes, numbers: Random) -> bytes:
    """A header whose JSON says something else."""
    try:
        header, data = _parts(content)
        return _framed(json.dumps(_altered(header, numbers)).encode(), data)
    except (ValueError, TypeError, RecursionError):
        return content


def _altered(tree: Any, numbers: Random) -> Any:
    """The tree with one place changed, also in the JSON that its texts hold."""
    if numbers.random() < 0.15 or not tree:
        return numbers.choice(_HOSTILE)
    if isinstance(tree, str) and tree.startswith("{"):
        return json.dumps(_altered(json.loads(tree), numbers))
    if isinstance(tree, dict):
        return _altered_dict(tree, numbers)
    if isinstance(tree, list):
        place = numbers.randrange(len(tree))
        return [_altered(each, numbers) if i == place else each for i, each in enumerate(tree)]
    return numbers.choice(_HOSTILE)


def _altered_dict(tree: dict[str, Any], numbers: Random) -> dict[str, Any]:
    """The dict with an entry lost, renamed, added or altered."""
    key = numbers.choice([*tree])
    rest = {name: each for name, each in tree.items() if name != key}
    way = numbers.random()
    if way < 0.1:
        return rest
    if way < 0.2:
        return {**rest, str(numbers.choice(_HOSTILE))[:50]: tree[key]}
    if way < 0.3:
        return {**tree, numbers.choice(["class", "seed", "layer9.w"]): numbers.choice(_HOSTILE)}
    return {**tree, key: _altered(tree[key], numbers)}


def _framed(header: bytes, data: bytes) -> bytes:
    """A file with that header, whose length is right."""
    return len(header).to_bytes(8, "little") + header + data


_CHANGES: list[Callable[[bytes, Random], bytes]] = [
    _flipped, _cut, _lengthened, _without, _repeated, _overwritten, _measured_wrongly, _nested,
    *[_restructured] * 8,
]  # fmt: skip

_INNER_CHANGES: list[Callable[[bytes, Random], bytes]] = [
    *[_redescribed] * 6, _reshaped, _renamed, _renumbered,
]  # fmt: skip
