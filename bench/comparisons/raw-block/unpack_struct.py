"""python3 unpack_struct.py FILE: a record read with the standard library, checksums checked."""

import sys
from pathlib import Path
from struct import pack, unpack_from
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "harness"))
from line_protocol import digest, speak

data = Path(sys.argv[1]).read_bytes()


def devices(view):
    at, found = 0, []
    while at < len(view):
        words, checksum, block_id = unpack_from("<III", view, at)
        if crc32(view[at + 8 : at + words * 4], crc32(view[at : at + 4])) != checksum:
            raise ValueError("checksum")
        if block_id >> 12 & 0xFFF == 0x320:
            (count,), place = unpack_from("<I", view, at + 12), at + 16
            for _ in range(count):
                name, seconds, milliseconds, length = unpack_from("<8sIII", view, place)
                kind = chr(name[1])
                values = unpack_from(f"<{length}{'i' if kind == 'I' else 'f'}", view, place + 20)
                found.append(((name[:1] + b":" + name[2:]).rstrip(b"\0").decode(), kind, seconds, milliseconds, values))
                place += 20 + 4 * length
        at += words * 4
    return found


def answer():
    pieces = []
    for name, kind, seconds, milliseconds, values in devices(memoryview(data)):
        pieces.append(f"{name} {'int' if kind == 'I' else 'float'} {seconds} {milliseconds} {len(values)};".encode())
        pieces.append(pack(f"<{len(values)}{'i' if kind == 'I' else 'f'}", *values))
    return digest(b"".join(pieces))


speak(answer, lambda: devices(memoryview(data)))
