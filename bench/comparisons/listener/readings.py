"""The devices and values of a callback as digest.ts of this folder digests them."""

from struct import pack


def pieces(callback):
    for reading in callback["readings"]:
        values = reading["scaled"]
        values = values if isinstance(values, list) else [values]
        yield f"{reading['name']} {len(values)};".encode()
        yield pack(f"<{len(values)}f", *values)
