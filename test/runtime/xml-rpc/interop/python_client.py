"""Python's own XML-RPC client against the server at argv[1]: exits non-zero at the first thing that is not as it
should be."""

import datetime
import math
import sys
import xmlrpc.client
from xmlrpc.client import Binary, DateTime, Fault, MultiCall, ProtocolError, ServerProxy

url = sys.argv[1]
server = ServerProxy(url, allow_none=True, use_builtin_types=True)

VALUES = [
    0,
    -(2**31),
    2**31 - 1,
    1.5,
    -0.0,
    1e-300,
    1.7976931348623157e308,
    5e-324,
    True,
    False,
    None,
    "",
    "  white space, <&>\"' ]]> \n\t µ € 𝄞  ",
    b"\x00\x01\xff" * 100,
    [],
    [[], [1, [2.5, "x"]]],
    {},
    {"__proto__": 1, "a b": [None], "": {"µ": "€"}},
    datetime.datetime(2026, 11, 21, 1, 44, 43),
]
for value in VALUES:
    answer = server.echo(value)
    assert answer == value and type(answer) is type(value), (value, answer)

assert math.isnan(server.echo(float("nan")))
assert server.echo(float("-inf")) == float("-inf")
assert server.echo(1, "two", 3.5) == [1, "two", 3.5]

# Decoded without builtin types, the text on the wire is seen.
plain = ServerProxy(url)
assert plain.echo(DateTime("19980717T14:08:55")) == "19980717T14:08:55"
assert plain.echo(Binary(b"abc")).data == b"abc"

# Another charset, declared in the document only.
latin = ServerProxy(url, encoding="iso-8859-1")
assert latin.echo("Fermilab µ") == "Fermilab µ"

# Requests compressed, as this transport does above a threshold.
gzip = ServerProxy(url)
gzip("transport").encode_threshold = 100
assert gzip.echo("x" * 100_000) == "x" * 100_000

try:
    server.no_such_method()
    raise AssertionError("no fault")
except Fault as fault:
    assert fault.faultCode == xmlrpc.client.METHOD_NOT_FOUND, fault
    assert "METHOD_UNKNOWN" in fault.faultString, fault

try:
    ServerProxy(url + "/elsewhere").echo(1)
    raise AssertionError("no error")
except ProtocolError as error:
    assert error.errcode == 404, error

calls = MultiCall(server)
calls.echo("one")
calls.no_such_method()
calls.echo([2])
answers = calls()
assert answers[0] == "one" and answers[2] == [2]
try:
    answers[1]
    raise AssertionError("no fault")
except Fault as fault:
    assert fault.faultCode == xmlrpc.client.METHOD_NOT_FOUND

assert "echo" in server.system.listMethods()
assert server.system.methodSignature("echo") == [["array", "string"]]
assert server.system.methodHelp("echo") == "Gives its parameters back."
print("ok")
