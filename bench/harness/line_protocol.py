"""The lines of program.ts for a contender in Python: answers, and repeats the work until the time is up."""

import json
import sys
from time import perf_counter


def speak(answer, work, units=1):
    """`work` is done once per call and is worth `units` of the comparison's unit."""
    for line in sys.stdin:
        word, *arguments = line.split()
        if word == "answer":
            print(answer(), flush=True)
        else:
            print(json.dumps({"figure": _rate(work, float(arguments[0]) / 1000) * units}), flush=True)


def _rate(work, seconds):
    started = perf_counter()
    done = 0
    while True:
        work()
        done += 1
        took = perf_counter() - started
        if took >= seconds:
            return done / took
