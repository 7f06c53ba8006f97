"""The lines of program.ts for a contender in Python: answers, and repeats the work until the time is up."""

import json
import sys
from time import perf_counter, process_time


def speak(answer, work, units=1):
    """`work` is done once per call and is worth `units` of the comparison's unit."""
    for line in sys.stdin:
        word, *arguments = line.split()
        if word == "answer":
            print(answer(), flush=True)
        else:
            print(json.dumps({"figure": _rate(work, float(arguments[0]) / 1000, arguments[1] == "processor") * units}), flush=True)


def digest(data):
    """FNV-1a, 64 bits, as digest.ts."""
    state = 0xCBF29CE484222325
    for byte in data:
        state = ((state ^ byte) * 0x100000001B3) % 2**64
    return f"{state:016x}"


def _rate(work, seconds, by_processor):
    clock = process_time if by_processor else perf_counter
    started, looked, done, batch = clock(), 0, 0, 1
    while True:
        for _ in range(batch):
            work()
        done += batch
        took = clock() - started
        if took >= seconds:
            return done / took
        # Looking at a clock takes longer than some work does.
        if took - looked < 0.002:
            batch *= 2
        looked = took
