"""python3 pack_struct.py FILE: what input.ts writes, packed with the standard library."""

import sys
from pathlib import Path
from struct import pack, pack_into, unpack_from
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "harness"))
from line_protocol import digest, speak

SIMULATED_NEAR_DCS = 1 << 31 | 1 << 28 | 1 << 27


def read(data):
    (seconds, count), at, devices = unpack_from("<II", data, 0), 8, []
    for _ in range(count):
        name, kind, *times, length = unpack_from("<8s4I", data, at)
        at += 24
        devices.append((name, kind, times, unpack_from(f"<{length}d", data, at)))
        at += 8 * length
    return seconds, devices


def sealed(major, body):
    block = bytearray(pack("<III", len(body) // 4 + 3, 0, SIMULATED_NEAR_DCS | major << 12 | 2) + body)
    pack_into("<I", block, 4, crc32(memoryview(block)[8:], crc32(memoryview(block)[:4])))
    return block


def record(seconds, devices):
    body = [pack("<I", len(devices))]
    for name, kind, times, values in devices:
        packed_name = name[:1] + (b"I" if kind else b"F") + name[2:]
        body.append(pack("<8sIII", packed_name, *times, len(values)))
        body.append(pack(f"<{len(values)}i", *map(int, values)) if kind else pack(f"<{len(values)}f", *values))
    return sealed(0x310, pack("<III", seconds, 0, 1)) + sealed(0x320, b"".join(body))


spill = read(Path(sys.argv[1]).read_bytes())
speak(lambda: digest(record(*spill)), lambda: record(*spill))
