"""A second implementation of the protocol behind the testee protocol of spec/15, written from the documents alone."""

import sys
from functools import partial

# Nothing beside the sources: no caches in a tree that others read.
sys.dont_write_bytecode = True

import backup  # noqa: E402
import content  # noqa: E402
import frame  # noqa: E402
import handshake  # noqa: E402
import introduction  # noqa: E402
import merge  # noqa: E402
import ratchet  # noqa: E402
import vault  # noqa: E402
from wire import Refused, read, which, write  # noqa: E402

try:
    import live  # noqa: E402
except ImportError:
    # It needs two packages more than the others: without them it is not declared.
    live = None

# Handshakes and ratchets do not share numbers (section 2).
handshakes, ratchets = {}, {}


def end_session(request):
    handshakes.pop(request["session"], None)
    ratchets.pop(request["session"], None)
    return "done", {}


def with_sessions(functions, sessions):
    return {name: partial(function, sessions=sessions) for name, function in functions.items()}


FUNCTIONS = {
    **frame.FUNCTIONS,
    **introduction.FUNCTIONS,
    **handshake.FUNCTIONS,
    **with_sessions(handshake.SESSION_FUNCTIONS, handshakes),
    **ratchet.FUNCTIONS,
    **with_sessions(ratchet.SESSION_FUNCTIONS, ratchets),
    **content.FUNCTIONS,
    **vault.FUNCTIONS,
    **merge.FUNCTIONS,
    **backup.FUNCTIONS,
    **(live.FUNCTIONS if live else {}),
    "end_session": end_session,
}


def answer(request):
    """15-3."""
    call = which("Request", request)
    if call not in FUNCTIONS:
        return "not_supported", {}
    try:
        return FUNCTIONS[call](request[call])
    except Refused as refusal:
        return "refused", refusal.code


def send(name, message):
    data = write(name, message)
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()


def main():
    features = ["frame", "introduction", "handshake", "ratchet", "content", "vault", "folder", "merge", "backup"]
    features += ["live"] if live else []
    send("Declaration", {"protocol": 1, "name": "python", "version": "1", "features": features})
    while head := sys.stdin.buffer.read(4):
        request = read("Request", sys.stdin.buffer.read(int.from_bytes(head, "big")))
        outcome, value = answer(request)
        send("Outcome", {"number": request["number"], outcome: value})


main()
