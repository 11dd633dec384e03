"""Epochs, topics, rendezvous roots, signals and their seal: spec/06 sections 6 to 9."""

from crypto import derive_secret, hkdf, hmac, hpke_open, hpke_seal, sha256, x25519
from wire import Refused, pad, read_canonical, unpad, which, write

EPOCH_SECONDS, EPOCH_EDGE_SECONDS, ROOT_REACH_EPOCHS = 86400, 3600, 3660
SIGNAL_SIZE, SIGNAL_PLAINTEXT, CIPHERTEXT_SIZE = 4096, 4043, 4059
SDP_BYTES = 3500


def u32be(number):
    return number.to_bytes(4, "big")


# Section 6


def joined_epochs(request):
    """06-20."""
    epoch, second = divmod(request["seconds"], EPOCH_SECONDS)
    epochs = [epoch]
    if second < EPOCH_EDGE_SECONDS and epoch > 0:
        epochs.append(epoch - 1)
    if second >= EPOCH_SECONDS - EPOCH_EDGE_SECONDS:
        epochs.append(epoch + 1)
    return "epochs", {"epochs": epochs}


def pairing_secret(request):
    own, peer = request["own"], request["peer"]
    ids = sorted([own["id"], peer["id"]])
    return "bytes", hkdf(x25519(own["x25519_secret"], peer["x25519"]), b"Solo2 v1 pair" + b"".join(ids), 32)


def pairing_topic(request):
    return "bytes", hmac(request["secret"], b"topic" + u32be(request["epoch"]))[:16]


def own_topic(request):
    return "bytes", hmac(request["key"], u32be(request["epoch"]))[:16]


def contact_topic(request):
    """Sections 6 and 7."""
    # 06-28.
    if not 0 <= request["epoch"] - request["root_epoch"] <= ROOT_REACH_EPOCHS:
        raise Refused("wrong_epoch")
    root = request["root"]
    for _ in range(request["epoch"] - request["root_epoch"]):
        root = hmac(root, b"Solo2 v1 next epoch")
    return "contact_topics", {
        "root": root,
        "topic": hmac(root, b"Solo2 v1 topic")[:16],
        "psk": hmac(root, b"Solo2 v1 signal"),
        "hash": sha256(root),
    }


# Section 8

SIZES = {
    "hello": {"device": 16, "nonce": 16},
    "offer": {"from": 16, "to": 16, "peer_nonce": 16, "own_nonce": 16},
    "answer": {"from": 16, "to": 16, "offer_hash": 32},
    "bye": {"from": 16, "to": 16, "peer_nonce": 16},
}


def check_signal(signal):
    """06-30, from the fixed lengths on."""
    name = which("Signal", signal)
    if name is None:
        raise Refused("malformed")
    body = signal[name]
    if any(len(body[field]) != size for field, size in SIZES[name].items()):
        raise Refused("wrong_size")
    if name == "hello":
        if len(body["tags"]) != 16 or any(len(tag) != 16 for tag in body["tags"]):
            raise Refused("wrong_size")
        versions = body["versions"]
        ascending = all(low < high for low, high in zip(versions, versions[1:]))
        if not (1 <= len(versions) <= 8 and ascending and 1 <= versions[0] and versions[-1] <= 65535):
            raise Refused("malformed")
    if name in ("offer", "answer"):
        size = len(body["sdp"].encode())
        if size == 0:
            raise Refused("malformed")
        if size > SDP_BYTES:
            raise Refused("too_long")
    if name == "bye" and body["reason"] not in (1, 2, 3):
        raise Refused("malformed")


def encode_signal(request):
    check_signal(request["signal"])
    return "bytes", pad(write("Signal", request["signal"]), SIGNAL_PLAINTEXT)


def decode_padded(padded):
    if len(padded) != SIGNAL_PLAINTEXT:
        raise Refused("wrong_size")
    signal = read_canonical("Signal", unpad(padded))
    check_signal(signal)
    return signal


# Section 9


def seal_info(topic, sender, recipient):
    return b"Solo2 v1 signal" + topic + sender["id"] + recipient["id"]


def psk_id(psk):
    return b"Solo2 v1 rendezvous" if psk else b""


def seal_signal(request):
    channel, padded = request["channel"], request["padded"]
    if len(padded) != SIGNAL_PLAINTEXT:
        raise Refused("wrong_size")
    own, peer, psk = channel["own"], channel["peer"], channel["psk"]
    info = seal_info(channel["topic"], own, peer)
    ephemeral = derive_secret(request["ikm"])
    sender_secret = own["x25519_secret"] if own["id"] != peer["id"] else b""
    enc, ciphertext = hpke_seal(ephemeral, sender_secret, peer["x25519"], info, psk, psk_id(psk), padded)
    return "bytes", write("SealedSignal", {"enc": enc, "ciphertext": ciphertext})


def open_signal(request):
    """06-32."""
    channel, sealed = request["channel"], request["sealed"]
    if len(sealed) != SIGNAL_SIZE:
        raise Refused("wrong_size")
    fields = read_canonical("SealedSignal", sealed)
    if len(fields["enc"]) != 32 or len(fields["ciphertext"]) != CIPHERTEXT_SIZE:
        raise Refused("wrong_size")
    own, peer, psk = channel["own"], channel["peer"], channel["psk"]
    info = seal_info(channel["topic"], peer, own)
    sender = peer["x25519"] if own["id"] != peer["id"] else b""
    padded = hpke_open(
        fields["enc"], own["x25519_secret"], sender, info, psk, psk_id(psk), fields["ciphertext"]
    )
    return "signal", decode_padded(padded)


FUNCTIONS = {
    "joined_epochs": joined_epochs,
    "pairing_secret": pairing_secret,
    "pairing_topic": pairing_topic,
    "contact_topic": contact_topic,
    "own_topic": own_topic,
    "ephemeral_secret": lambda request: ("bytes", derive_secret(request["ikm"])),
    "encode_signal": encode_signal,
    "decode_signal": lambda request: ("signal", decode_padded(request["padded"])),
    "seal_signal": seal_signal,
    "open_signal": open_signal,
}
