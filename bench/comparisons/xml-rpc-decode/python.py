"""python3 python.py FILE: xmlrpc.client, which reads with expat."""

import struct
import sys
from pathlib import Path
from xmlrpc.client import loads

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "harness"))
from line_protocol import digest, speak

document = Path(sys.argv[1]).read_bytes()


def pieces(value):
    """As canonical.ts."""
    if isinstance(value, (int, float)):
        yield b"N" + struct.pack("<d", value) if value == int(value) else b"F" + struct.pack("<f", value)
    elif isinstance(value, str):
        text = value.encode()
        yield b"T" + struct.pack("<I", len(text)) + text
    elif isinstance(value, list):
        yield b"A" + struct.pack("<I", len(value))
        for item in value:
            yield from pieces(item)
    else:
        yield b"S" + struct.pack("<I", len(value))
        for name, member in value.items():
            yield from pieces(name)
            yield from pieces(member)


def answer():
    return digest(b"".join(pieces(loads(document)[0][0])))


speak(answer, lambda: loads(document))
