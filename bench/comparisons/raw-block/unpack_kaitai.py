"""python3 unpack_kaitai.py FILE FOLDER: the Python reader that Kaitai Struct makes of our description, generated into FOLDER."""

import sys
from pathlib import Path
from struct import pack

sys.path[:0] = [str(Path(__file__).parent.parent.parent / "harness"), sys.argv[2]]
from line_protocol import digest, speak
from minos_beam_file import MinosBeamFile

data = Path(sys.argv[1]).read_bytes()


def answer():
    pieces = []
    for block in MinosBeamFile.from_bytes(data).blocks:
        for device in getattr(block.contents, "devices", []):
            is_int = hasattr(device, "ints")
            values = device.ints if is_int else device.floats
            kind = "int" if is_int else "float"
            pieces.append(f"{device.name} {kind} {device.seconds} {device.milliseconds} {len(values)};".encode())
            pieces.append(pack(f"<{len(values)}{'i' if is_int else 'f'}", *values))
    return digest(b"".join(pieces))


speak(answer, lambda: MinosBeamFile.from_bytes(data))
