"""Device tags, the choice of psk0, what is kept, and the Noise handshake: spec/07 sections 3 to 9."""

import mlkem
from crypto import hkdf, hkdf_expand, hmac, open_sealed, seal, sha256, x25519, x25519_public
from wire import Refused, pad, read_canonical, unpad, write

FRAME_SIZE = 4096
INITIATION_PAYLOAD, RESPONSE_PAYLOAD = 2840, 2936
PROTOCOL_NAME = b"Noise_KKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256"
NO_SECRET = bytes(32)
FIRST_NONCE = bytes(12)


# Sections 3 and 4


def make_tag(secret, device, nonce):
    return hmac(secret, b"Solo2 v1 tag" + device + nonce)[:16]


def secrets_of(continuity):
    """In the order of line 3: each secret with its kind, and the invitation that is over if it matches (07-13, 07-17)."""
    if continuity is None:
        return []
    used, is_invitation = continuity["used"], continuity["used_is_invitation"]
    spent = used if is_invitation else b""
    pairs = [("continuity", continuity["newest"], spent)]
    return pairs + [("invitation" if is_invitation else "continuity", used, spent)] if used else pairs


def choose_psk(request):
    """Lines 3 to 5 of section 4, the notice of section 9, and what is kept by section 8."""
    held, beside = request["kept"].get("held"), request["kept"].get("beside")

    def matches(candidate):
        return make_tag(candidate[1], request["device"], request["nonce"]) in request["tags"]

    besides = list(filter(matches, secrets_of(beside)))
    helds = list(filter(matches, secrets_of(held)))
    invitations = [("invitation", secret, secret) for secret in request["invitations"]]
    kept = besides + helds
    kind, psk0, spent = (kept + list(filter(matches, invitations)) + [("none", NO_SECRET, b"")])[0]

    lost = held is not None and not kept and not held["used_is_none"]
    # A device is accepted if something is held for it: with a notice all is kept beside.
    further = held is None and request["other_accepted"]
    # 07-19: a match with what is held means no notice; otherwise an open one stays open.
    with_held = bool(helds) and not besides
    notice = not with_held and (lost or further or beside is not None)

    def keep(continuity):
        # 07-16.
        changed = {"held": held, "beside": continuity} if notice else {"held": continuity, "beside": beside}
        return {name: value for name, value in changed.items() if value is not None}

    newest = {"newest": request["continuity"]}
    used = {"used_is_none": True} if kind == "none" else {"used": psk0, "used_is_invitation": kind == "invitation"}
    return "psk_choice", {
        "kind": kind,
        "psk0": psk0,
        "notice": notice,
        "initiator_stored": keep({**newest, **used}),
        "initiator_confirmed": keep(newest),
        "responder_stored": keep(newest),
        "spent": spent,
    }


# Sections 6 and 7


def move_secret(request):
    return "bytes", hkdf_expand(request["exporter"], b"Solo2 v1 move" + request["nonce"], 32)


def make_prologue(request):
    signals = b"".join(sha256(request[name]) for name in ("hello_i", "hello_r", "offer", "answer"))
    parties = b"".join(request[name] for name in ("id_i", "id_r", "device_i", "device_r"))
    return "bytes", b"Solo2 v1 tunnel" + signals + parties + request["moved_from"]


# Section 5


class Noise:
    """Each encryption follows a new key, so every one has the nonce 0."""

    def __init__(self, prologue, static_i, static_r):
        self.h = self.ck = sha256(PROTOCOL_NAME)
        self.k = b""
        for data in (prologue, static_i, static_r):
            self.mix_hash(data)

    def copy(self):
        other = object.__new__(Noise)
        other.h, other.ck, other.k = self.h, self.ck, self.k
        return other

    def mix_hash(self, data):
        self.h = sha256(self.h + data)

    def mix_key(self, data):
        mixed = hkdf(data, b"", 64, salt=self.ck)
        self.ck, self.k = mixed[:32], mixed[32:]

    def mix_key_and_hash(self, data):
        mixed = hkdf(data, b"", 96, salt=self.ck)
        self.ck, self.k = mixed[:32], mixed[64:]
        self.mix_hash(mixed[32:64])

    def mix_ephemeral(self, public):
        self.mix_hash(public)
        self.mix_key(public)

    def encrypt(self, plaintext):
        ciphertext = seal(self.k, FIRST_NONCE, self.h, plaintext)
        self.mix_hash(ciphertext)
        return ciphertext

    def decrypt(self, ciphertext):
        plaintext = open_sealed(self.k, FIRST_NONCE, self.h, ciphertext, "handshake_failed")
        self.mix_hash(ciphertext)
        return plaintext

    def keys(self, ratchet_key, ratchet_kem_key):
        """Sections 5.4 and 7."""
        k1_k2 = hkdf(b"", b"", 64, salt=self.ck)
        keys = hkdf(k1_k2, b"Solo2 v1 tunnel keys", 96, salt=self.h)
        return {
            "hash": self.h,
            "root_key": keys[:32],
            "continuity": keys[32:64],
            "exporter": keys[64:],
            "rendezvous_root": hkdf_expand(keys[64:], b"Solo2 v1 rendezvous", 32),
            "ratchet_key": ratchet_key,
            "ratchet_kem_key": ratchet_kem_key,
        }


def read_message(name, message, sizes):
    """07-5."""
    if len(message) != FRAME_SIZE:
        raise Refused("wrong_size")
    fields = read_canonical(name, message)
    if any(len(fields[field]) != size for field, size in sizes.items()):
        raise Refused("malformed")
    return fields


INITIATION_SIZES = {"ephemeral": 32, "kem_key": 1200, "payload": 2856}
RESPONSE_SIZES = {"ephemeral": 32, "kem_ciphertext": 1104, "payload": 2952}


def initiate(request, sessions):
    """Section 5.2, as I."""
    party = request["party"]
    static_i = x25519_public(party["static_secret"])
    noise = Noise(party["prologue"], static_i, party["peer_static"])
    noise.mix_key_and_hash(party["psk0"])
    ephemeral = x25519_public(request["ephemeral"])
    noise.mix_ephemeral(ephemeral)
    noise.mix_key(x25519(request["ephemeral"], party["peer_static"]))
    kem_key = noise.encrypt(mlkem.public_key(request["kem_seed"]))
    noise.mix_key(x25519(party["static_secret"], party["peer_static"]))
    payload = noise.encrypt(bytes(INITIATION_PAYLOAD))
    sessions[request["session"]] = noise, request
    return "bytes", write(
        "HandshakeInitiation", {"ephemeral": ephemeral, "kem_key": kem_key, "payload": payload}
    )


def respond(request):
    """Sections 5.2 and 5.3, as R."""
    party = request["party"]
    fields = read_message("HandshakeInitiation", request["message"], INITIATION_SIZES)
    noise = Noise(party["prologue"], party["peer_static"], x25519_public(party["static_secret"]))
    noise.mix_key_and_hash(party["psk0"])
    noise.mix_ephemeral(fields["ephemeral"])
    noise.mix_key(x25519(party["static_secret"], fields["ephemeral"]))
    kem_key = noise.decrypt(fields["kem_key"])
    mlkem.check_key(kem_key)
    noise.mix_key(x25519(party["static_secret"], party["peer_static"]))
    payload = read_canonical("HandshakePayload", unpad(noise.decrypt(fields["payload"])))
    # 07-11 and 07-27: message 1 carries nothing.
    if "ratchet_keys" in payload or payload["device_key"]:
        raise Refused("malformed")

    ephemeral = x25519_public(request["ephemeral"])
    noise.mix_ephemeral(ephemeral)
    noise.mix_key(x25519(request["ephemeral"], fields["ephemeral"]))
    ciphertext, shared = mlkem.encapsulate(kem_key, request["encapsulation"])
    kem_ciphertext = noise.encrypt(ciphertext)
    noise.mix_key(shared)
    noise.mix_key(x25519(request["ephemeral"], party["peer_static"]))
    ratchet_keys = {
        "key": x25519_public(request["ratchet_secret"]),
        "kem_key": mlkem.public_key(request["ratchet_kem_seed"]),
    }
    payload = noise.encrypt(pad(write("HandshakePayload", {"ratchet_keys": ratchet_keys}), RESPONSE_PAYLOAD))
    message = write(
        "HandshakeResponse", {"ephemeral": ephemeral, "kem_ciphertext": kem_ciphertext, "payload": payload}
    )
    keys = noise.keys(ratchet_keys["key"], ratchet_keys["kem_key"])
    return "responded", {"message": message, "keys": keys}


def finish(request, sessions):
    """Section 5.3, as I, on a copy: a refused message leaves the session as it was, keys end it."""
    if request["session"] not in sessions:
        raise Refused("wrong_state")
    noise, initiation = sessions[request["session"]]
    noise, party = noise.copy(), initiation["party"]
    fields = read_message("HandshakeResponse", request["message"], RESPONSE_SIZES)
    noise.mix_ephemeral(fields["ephemeral"])
    noise.mix_key(x25519(initiation["ephemeral"], fields["ephemeral"]))
    ciphertext = noise.decrypt(fields["kem_ciphertext"])
    noise.mix_key(mlkem.decapsulate(initiation["kem_seed"], ciphertext))
    noise.mix_key(x25519(party["static_secret"], fields["ephemeral"]))
    payload = read_canonical("HandshakePayload", unpad(noise.decrypt(fields["payload"])))
    keys = payload.get("ratchet_keys")
    if keys is None or payload["device_key"] or len(keys["key"]) != 32 or len(keys["kem_key"]) != mlkem.KEY_SIZE:
        raise Refused("malformed")
    # 07-10: small orders give zero with any secret.
    x25519(initiation["ephemeral"], keys["key"])
    mlkem.check_key(keys["kem_key"])
    del sessions[request["session"]]
    return "handshake_keys", noise.keys(keys["key"], keys["kem_key"])


FUNCTIONS = {
    "device_tag": lambda request: ("bytes", make_tag(request["secret"], request["device"], request["nonce"])),
    "choose_psk": choose_psk,
    "move_secret": move_secret,
    "make_prologue": make_prologue,
    "respond": respond,
}
SESSION_FUNCTIONS = {"initiate": initiate, "finish": finish}
