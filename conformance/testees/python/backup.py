"""Backups, spec/11 section 4.2, given S."""

import vault_schema  # noqa: F401
from content import is_id, read_envelope
from crypto import hkdf, sha256
from vault import TAG, chunks_of, counted, open_chunk, seal_stream
from wire import Refused, read_canonical, which, write

MAGIC, END = b"Solo2 backup", b"Solo2 backup end"
HEAD, NAMED = 80, 40
BACKUP_CHUNK_BYTES, BACKUP_ENTRY_BYTES = 65536, 131072
# 11-25: within a contact, entries ascend; `data` stands behind its file.
ORDER = ("self", "contact", "message", "passed", "early", "waiting", "file", "end")
COUNTED = {"contact": "contacts", "message": "messages", "file": "files"}
PROFILES = (1,)


class Damaged(Exception):
    def __init__(self, offset):
        super().__init__(offset)
        self.offset = offset


def keys_of(stretched, named):
    both = hkdf(stretched, b"Solo2 v1 backup" + named, 64)
    return both[:32], both[32:]


def end_of(entries):
    """The end behind these (name, encoded entry)."""
    end, running = dict.fromkeys(COUNTED.values(), 0), bytes(32)
    for name, entry in entries:
        running = sha256(running + entry)
        if name in COUNTED:
            end[COUNTED[name]] += 1
    return write("BackupEntry", {"end": {**end, "hash": running}})


def name_of(entry):
    return which("BackupEntry", read_canonical("BackupEntry", entry))


def write_backup(request):
    stretched, prefix, entries = request["stretched"], request["prefix"], request["entries"]
    named = MAGIC + bytes([1, request["profile"], 0, 0]) + request["salt"] + prefix + b"\0"
    key, tag = keys_of(stretched, named)
    structures = entries + [end_of([(name_of(entry), entry) for entry in entries])]
    chunks = seal_stream(key, prefix, b"".join(map(counted, structures)), BACKUP_CHUNK_BYTES)
    return "bytes", named + sha256(named)[:8] + tag + chunks + END


def open_head(stretched, file):
    """11-26 as far as the password; the stream's key."""
    named = file[:NAMED]
    if file[:12] != MAGIC:
        raise Refused("not_backup")
    if file[12:13] > b"\1":
        raise Refused("storage_newer")
    if len(file) < HEAD:
        raise Refused("backup_cut")
    is_fixed = named[12] == 1 and named[13] > 0 and named[14:16] == b"\0\0" and named[39] == 0
    if sha256(named)[:8] != file[NAMED:48] or not is_fixed:
        raise Damaged(0)
    if len(file) < HEAD + TAG + len(END) or file[-len(END) :] != END:
        raise Refused("backup_cut")
    if named[13] not in PROFILES:
        raise Refused("storage_newer")
    key, tag = keys_of(stretched, named)
    if tag != file[48:HEAD]:
        raise Refused("wrong_password")
    return key


class Plain:
    """The plaintext of a backup, a chunk at a time."""

    def __init__(self, key, prefix, sealed):
        self.key, self.prefix, self.chunks = key, prefix, chunks_of(sealed, BACKUP_CHUNK_BYTES + TAG)
        self.held, self.opened = b"", 0

    def offset(self):
        """Where the chunk that was opened last begins."""
        return HEAD + max(0, self.opened - 1) * (BACKUP_CHUNK_BYTES + TAG)

    def open_next(self):
        if self.opened == len(self.chunks):
            raise Damaged(self.offset())
        n, self.opened = self.opened, self.opened + 1
        try:
            plain = open_chunk(self.key, self.prefix, n, len(self.chunks), self.chunks[n], "backup_damaged")
        except Refused:
            plain = b""
        if not plain:
            raise Damaged(self.offset())
        self.held += plain

    def take(self, size):
        while len(self.held) < size:
            self.open_next()
        taken, self.held = self.held[:size], self.held[size:]
        return taken

    def is_over(self):
        return not self.held and self.opened == len(self.chunks)


def is_contact(contact):
    keys = len(contact["ed25519"]) == len(contact["x25519"]) == 32 and is_id(contact["conversation"])
    return keys and not (contact["devices"] or contact["pending_devices"] or "pending_rendezvous" in contact)


class Place:
    """Where 11-25 allows what."""

    def __init__(self):
        self.last, self.position, self.rest = None, 0, 0

    def allows(self, name):
        if name == "data" or self.rest:
            return name == "data" and self.rest > 0
        if self.last is None:
            return name == "self"
        if name in ("contact", "end"):
            return True
        return name != "self" and self.last != "self" and ORDER.index(name) >= ORDER.index(self.last)

    def take(self, name, value):
        """Whether the entry is what may stand there."""
        if name is None or not self.allows(name):
            return False
        if name == "data":
            self.rest -= len(value)
            return len(value) > 0 and self.rest >= 0
        self.last = name
        return getattr(self, "take_" + name, lambda _: True)(value)

    def take_self(self, value):
        return len(value["ed25519_seed"]) == len(value["x25519_secret"]) == 32

    def take_contact(self, value):
        self.position = 0
        return is_contact(value)

    def take_message(self, value):
        before, self.position = self.position, value["position"]
        read_envelope(value["content"])
        return self.position > before

    def take_passed(self, value):
        return is_id(value["id"])

    take_early = take_passed

    def take_waiting(self, value):
        return "record" in value

    def take_file(self, value):
        size = read_canonical("FileOffer", value["offer"]).get("size", 0)
        self.rest = value.get("offset", 0)
        return value.get("offset", size) == size and not (value["key"] or value["prefix"])


def entries_of(stretched, file):
    plain = Plain(open_head(stretched, file), file[32:39], file[HEAD : -len(END)])
    entries, place = [], Place()
    while True:
        length = int.from_bytes(plain.take(4), "big")
        offset = plain.offset()
        if not 1 <= length <= BACKUP_ENTRY_BYTES:
            raise Damaged(offset)
        encoded = plain.take(length)
        try:
            entry = read_canonical("BackupEntry", encoded)
            name = which("BackupEntry", entry)
            is_right = place.take(name, entry.get(name))
        except Refused:
            is_right = False
        if is_right and name == "end":
            is_right = encoded == end_of(entries) and plain.is_over()
        if not is_right:
            raise Damaged(offset)
        if name == "end":
            return [encoded for _, encoded in entries]
        entries.append((name, encoded))


def read_backup(request):
    try:
        return "backup_entries", {"entries": entries_of(request["stretched"], request["file"])}
    except Damaged as damage:
        return "backup_damaged", {"offset": damage.offset}


FUNCTIONS = {"write_backup": write_backup, "read_backup": read_backup}
