"""The ratchet: spec/08. A step makes a new state and gives it out only when nothing was refused."""

from dataclasses import dataclass, replace
from typing import Optional

import mlkem
from crypto import hkdf, hmac, open_sealed, seal, sha256, x25519, x25519_public
from wire import Refused, read_canonical, write

FRAME_SIZE, HEADER_SIZE, TURN_HEADER_SIZE = 4096, 10, 2327
FRAME_PLAINTEXT, TURN_FRAME_PLAINTEXT, TAG = 4065, 1747, 16
OLD_CHAIN_FRAMES = 2048
MOST_NUMBER = 2**32 - 1
NONCE = bytes(12)


# Section 3


def step_chain(chain_key):
    return hmac(chain_key, b"\x01"), hmac(chain_key, b"\x02")


def step_root(root_key, dh, ss, public):
    stepped = hkdf(dh + ss, b"Solo2 v1 turn" + sha256(b"".join(public)), 64, salt=root_key)
    return stepped[:32], stepped[32:]


@dataclass(frozen=True)
class State:
    root_key: bytes
    # Of the last own turn. An initiator has none at the start: then its next one is 1.
    own_turn: int
    own_secret: bytes
    own_seed: bytes
    own_key: bytes
    own_kem_key: bytes
    peer_key: bytes
    peer_kem_key: bytes
    # Section 4: the receiving position.
    peer_turn: int
    next_n: int
    due: bool
    sending_chain: Optional[bytes] = None
    sent: int = 0
    receiving_chain: Optional[bytes] = None
    # 08-9: frames that came on the receiving chain since the last own turn began.
    since_own_turn: int = 0


def start_state(request):
    if request["secret"]:
        return State(
            root_key=request["root_key"], own_turn=0, own_secret=request["secret"], own_seed=request["kem_seed"],
            own_key=request["key"], own_kem_key=request["kem_key"], peer_key=b"", peer_kem_key=b"",
            peer_turn=-1, next_n=0, due=False,
        )  # fmt: skip
    return State(
        root_key=request["root_key"], own_turn=-1, own_secret=b"", own_seed=b"", own_key=b"", own_kem_key=b"",
        peer_key=request["key"], peer_kem_key=request["kem_key"], peer_turn=0, next_n=0, due=True,
    )  # fmt: skip


def begin_turn(state, draws):
    """The sender's half of a turn: the state on its new chain, and the header."""
    # 08-8, 08-10.
    if not state.due or state.own_turn + 2 > MOST_NUMBER:
        raise Refused("wrong_state")
    key, kem_key = x25519_public(draws["secret"]), mlkem.public_key(draws["kem_seed"])
    dh = x25519(draws["secret"], state.peer_key)
    ciphertext, ss = mlkem.encapsulate(state.peer_kem_key, draws["encapsulation"])
    public = state.peer_key, key, state.peer_kem_key, kem_key, ciphertext
    root_key, chain_key = step_root(state.root_key, dh, ss, public)
    header = {
        "turn": state.own_turn + 2, "n": 0, "pn": state.sent,
        "key": key, "kem_key": kem_key, "kem_ciphertext": ciphertext,
    }  # fmt: skip
    new = replace(
        state, root_key=root_key, own_turn=state.own_turn + 2, own_secret=draws["secret"],
        own_seed=draws["kem_seed"], own_key=key, own_kem_key=kem_key, due=False,
        sending_chain=chain_key, sent=0, since_own_turn=0,
    )  # fmt: skip
    return new, header


def seal_frame(state, plaintext, draws):
    if len(plaintext) != (FRAME_PLAINTEXT if draws is None else TURN_FRAME_PLAINTEXT):
        raise Refused("wrong_size")
    if draws is not None:
        state, header = begin_turn(state, draws)
    elif state.sending_chain is None or state.sent > MOST_NUMBER:
        raise Refused("wrong_state")
    else:
        header = {"turn": state.own_turn, "n": state.sent}
    message_key, chain_key = step_chain(state.sending_chain)
    encoded = write("FrameHeader", header)
    ciphertext = seal(message_key, NONCE, encoded, plaintext)
    frame = write("Frame", {"header": encoded, "ciphertext": ciphertext})
    return replace(state, sending_chain=chain_key, sent=state.sent + 1), frame


def read_frame(frame):
    """08-4, steps 1 to 3."""
    if len(frame) != FRAME_SIZE:
        raise Refused("wrong_size")
    fields = read_canonical("Frame", frame)
    sizes = len(fields["header"]), len(fields["ciphertext"])
    if sizes not in ((HEADER_SIZE, FRAME_PLAINTEXT + TAG), (TURN_HEADER_SIZE, TURN_FRAME_PLAINTEXT + TAG)):
        raise Refused("malformed")
    header = read_canonical("FrameHeader", fields["header"])
    if "turn" not in header or "n" not in header:
        raise Refused("malformed")
    keys = len(header["key"]), len(header["kem_key"]), len(header["kem_ciphertext"])
    expected = (32, mlkem.KEY_SIZE, mlkem.CIPHERTEXT_SIZE) if header["n"] == 0 else (0, 0, 0)
    if keys != expected or ("pn" in header) != (header["n"] == 0):
        raise Refused("malformed")
    return fields, header


def accept_turn(state, header):
    """The receiver's half of a turn."""
    dh = x25519(state.own_secret, header["key"])
    mlkem.check_key(header["kem_key"])
    ss = mlkem.decapsulate(state.own_seed, header["kem_ciphertext"])
    public = state.own_key, header["key"], state.own_kem_key, header["kem_key"], header["kem_ciphertext"]
    root_key, chain_key = step_root(state.root_key, dh, ss, public)
    return replace(
        state, root_key=root_key, peer_key=header["key"], peer_kem_key=header["kem_key"], due=True,
        peer_turn=header["turn"], next_n=0, receiving_chain=chain_key, since_own_turn=0,
    )  # fmt: skip


def open_frame(state, frame):
    """08-4."""
    fields, header = read_frame(frame)
    place = header["turn"], header["n"]
    answered = state.own_turn == state.peer_turn + 1
    if place == (state.peer_turn + 2, 0) and answered and header["pn"] == state.next_n:
        state = accept_turn(state, header)
    elif state.receiving_chain is None or place != (state.peer_turn, state.next_n):
        raise Refused("out_of_order")
    elif answered:
        state = replace(state, since_own_turn=state.since_own_turn + 1)
        if state.since_own_turn > OLD_CHAIN_FRAMES:
            raise Refused("chain_too_long")
    message_key, chain_key = step_chain(state.receiving_chain)
    plaintext = open_sealed(message_key, NONCE, fields["header"], fields["ciphertext"], "open_failed")
    return replace(state, receiving_chain=chain_key, next_n=state.next_n + 1), plaintext


# The functions of the testee


def answer_chain(request):
    message_key, chain_key = step_chain(request["chain_key"])
    return "chain_stepped", {"message_key": message_key, "next": chain_key}


def answer_root(request):
    public = [request[name] for name in ("peer_key", "key", "peer_kem_key", "kem_key", "kem_ciphertext")]
    root_key, chain_key = step_root(request["root_key"], request["dh"], request["ss"], public)
    return "root_stepped", {"root_key": root_key, "chain_key": chain_key}


def answer_start(request, sessions):
    sessions[request["session"]] = start_state(request)
    return "done", {}


def state_of(request, sessions):
    if request["session"] not in sessions:
        raise Refused("wrong_state")
    return sessions[request["session"]]


def answer_seal(request, sessions):
    state, frame = seal_frame(state_of(request, sessions), request["plaintext"], request.get("draws"))
    sessions[request["session"]] = state
    return "bytes", frame


def answer_open(request, sessions):
    state, plaintext = open_frame(state_of(request, sessions), request["frame"])
    sessions[request["session"]] = state
    return "bytes", plaintext


FUNCTIONS = {"step_chain": answer_chain, "step_root": answer_root}
SESSION_FUNCTIONS = {"start_ratchet": answer_start, "seal_frame": answer_seal, "open_frame": answer_open}
