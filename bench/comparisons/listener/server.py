"""python3 server.py: xmlrpc.server as its documentation starts it; takes callbacks and keeps nothing."""

import sys
from pathlib import Path
from xmlrpc.server import SimpleXMLRPCServer

sys.path[:0] = [str(Path(__file__).parent.parent.parent / "harness"), str(Path(__file__).parent)]
from line_protocol import digest
from readings import pieces

with SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False) as server:
    server.register_function(lambda callback: True, "beam.callback")
    server.register_function(lambda callback: digest(b"".join(pieces(callback))), "digest")
    print(f"listening at http://127.0.0.1:{server.server_address[1]}/RPC2", flush=True)
    server.serve_forever()
