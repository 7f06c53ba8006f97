"""Python's own XML-RPC server, on a free port that is printed; ends when standard input does."""

import datetime
import sys
import threading
from xmlrpc.client import Fault
from xmlrpc.server import SimpleXMLRPCServer


def echo(value):
    return value


def kind(value):
    return type(value).__name__


def fail():
    raise Fault(42, "out of <beam> & µ")


def crash():
    raise ValueError("broken")


def times():
    return [datetime.datetime(2026, 11, 21, 1, 44, 43)]


def large():
    # Above 1400 bytes this server compresses, where the client takes it.
    return "x" * 100_000


server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False, allow_none=True, use_builtin_types=True)
server.register_introspection_functions()
server.register_multicall_functions()
for function in (echo, kind, fail, crash, times, large):
    server.register_function(function)
print(server.server_address[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
server.serve_forever(poll_interval=0.05)
