"""The vault: header, records, files and the log of a folder, spec/11 sections 1.1, 2, 3 and 4.1."""

import vault_schema  # noqa: F401
from crypto import hkdf, open_gcm, seal_gcm, sha256
from wire import Refused, read_canonical, write

FILE_BLOCK_BYTES = 1048576
TAG = 16
# Section 4, by what stands before the conversation.
TABLES = {
    "self": "SelfRecord", "sync": "SyncItem", "contact": "ContactRecord", "message": "MessageRecord", "seen": "Position",
    "written": "Position", "change": "MessageChanges", "unread": "Position", "life": "Life", "outbox": "OutboxRecord",
    "file": "FileRecord", "invitation": "InvitationRecord", "device": "DeviceSight", "search": "SearchIndex",
    "search/entry": "SearchEntry", "search/directory": "SearchDirectory", "search/page": "SearchPage",
    "search/document": "SearchDocuments",
}


def u32(number):
    return number.to_bytes(4, "big")


def counted(data):
    return u32(len(data)) + data


def ensure(condition, code="storage_damaged"):
    if not condition:
        raise Refused(code)


def read_whole(name, data):
    """11-4, 11-9: what is no canonical message is damage."""
    try:
        return read_canonical(name, data)
    except Refused:
        raise Refused("storage_damaged") from None


# Section 2


def place_of(header):
    return b"Solo2 v1 vault key" + u32(1) + counted(header["username"].encode()) + counted(header["server"].encode())


def vault_wrap_key(master_key):
    return hkdf(master_key, b"Solo2 v1 vault wrap", 32)


def make_header(request):
    place, inner_nonce, outer_nonce = place_of(request), request["inner_nonce"], request["outer_nonce"]
    inner = inner_nonce + seal_gcm(
        vault_wrap_key(request["master_key"]), inner_nonce, place + b"\1", request["vault_key"]
    )
    wrapped = outer_nonce + seal_gcm(request["device_key"], outer_nonce, place + b"\2", inner)
    return "bytes", write("VaultHeader", {**request, "version": 1, "wrapped_vault_key": wrapped})


def read_header(data):
    """11-4."""
    ensure(len(data) <= 1024)
    ensure(data[:1] != b"\x08" or data[1:2] <= b"\x01", "storage_newer")
    header = read_whole("VaultHeader", data)
    master = header["wrapped_master_key"]
    ensure(header["version"] == 1)
    ensure(3 <= len(header["username"]) <= 32 and 1 <= len(header["server"]) <= 512)
    ensure(len(master) == 80 and master[0] == 1 and master[1] > 0 and master[2:4] == b"\0\0")
    ensure(len(header["wrapped_vault_key"]) == 88)
    return header


def open_header(request):
    header = read_header(request["header"])
    place, wrapped = place_of(header), header["wrapped_vault_key"]
    inner = open_gcm(request["device_key"], wrapped[:12], place + b"\2", wrapped[12:], "storage_damaged")
    wrap_key = vault_wrap_key(request["master_key"])
    return "bytes", open_gcm(wrap_key, inner[:12], place + b"\1", inner[12:], "wrong_words")


# Section 3


def key_of(vault_key, table):
    return hkdf(vault_key, b"Solo2 v1 records " + table.encode(), 32)


def table_key(request):
    return "bytes", key_of(request["vault_key"], request["table"])


def data_of(request):
    return counted(request["table"].encode()) + counted(request["id"].encode()) + u32(1)


def seal_record(request):
    key, nonce = key_of(request["vault_key"], request["table"]), request["nonce"]
    ciphertext = seal_gcm(key, nonce, data_of(request), request["plaintext"])
    return "bytes", write("SealedRecord", {"nonce": nonce, "ciphertext": ciphertext})


def message_of(table, record_id):
    if (table, record_id) == ("self", "replica"):
        return "ReplicaRecord"
    return TABLES.get(table) or TABLES[table.split("/")[0]]


def open_record(request):
    record = read_whole("SealedRecord", request["sealed"])
    ensure(len(record["nonce"]) == 12)
    key = key_of(request["vault_key"], request["table"])
    plaintext = open_gcm(key, record["nonce"], data_of(request), record["ciphertext"], "storage_damaged")
    read_whole(message_of(request["table"], request["id"]), plaintext)
    return "bytes", plaintext


# Section 4.1


def chunks_of(data, size):
    """At least one, which may be empty."""
    return [data[at : at + size] for at in range(0, len(data), size)] or [b""]


def stream_nonce(prefix, chunk, count):
    return prefix + u32(chunk) + bytes([chunk == count - 1])


def seal_stream(key, prefix, plain, size):
    blocks = chunks_of(plain, size)
    return b"".join(seal_gcm(key, stream_nonce(prefix, n, len(blocks)), b"", block) for n, block in enumerate(blocks))


def open_chunk(key, prefix, n, count, chunk, code):
    return open_gcm(key, stream_nonce(prefix, n, count), b"", chunk, code)


def seal_file(request):
    return "bytes", seal_stream(request["key"], request["prefix"], request["plain"], FILE_BLOCK_BYTES)


def open_file(request):
    size, sealed = request["size"], request["sealed"]
    count = max(1, -(-size // FILE_BLOCK_BYTES))
    ensure(len(sealed) == size + count * TAG)
    chunks = chunks_of(sealed, FILE_BLOCK_BYTES + TAG)
    key, prefix = request["key"], request["prefix"]
    return "bytes", b"".join(open_chunk(key, prefix, n, count, chunk, "storage_damaged") for n, chunk in enumerate(chunks))


# Section 1.1

LOG_HEAD = b"Solo2 log 1\n"


def log_record(log, at):
    """Sequence and payload of a whole record that begins there, or None."""
    length = int.from_bytes(log[at + 8 : at + 12], "big")
    end = at + 12 + length
    if log[at : at + 4] != b"S2LR" or len(log) < end + 16 or sha256(log[at + 4 : end])[:16] != log[end : end + 16]:
        return None
    return int.from_bytes(log[at + 4 : at + 8], "big"), log[at + 12 : end]


class Payload:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        self.at += size
        ensure(self.at <= len(self.data))
        return self.data[self.at - size : self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def changes(self):
        while self.at < len(self.data):
            kind = self.number(1)
            ensure(kind <= 1)
            table, record_id = (self.take(self.number(1)).decode("latin-1") for _ in range(2))
            yield table, record_id, self.take(self.number(4)) if kind else None


def read_log(request):
    """11-120."""
    log = request["log"]
    if log[:12] != LOG_HEAD:
        raise Refused("storage_newer" if log[:10] == LOG_HEAD[:10] else "storage_damaged")
    entries, at, sequence = {}, len(LOG_HEAD), 1
    while (record := log_record(log, at)) and record[0] == sequence:
        for table, record_id, value in Payload(record[1]).changes():
            entries[table, record_id] = value
        at, sequence = at + 28 + len(record[1]), sequence + 1
    for later in range(at, len(log)):
        ensure(log_record(log, later) is None)
    living = sorted((key, value) for key, value in entries.items() if value is not None)
    found = [{"id": record_id, "value": value} for (table, record_id), value in living if table == request["table"]]
    return "vault_entries", {"entries": found}


FUNCTIONS = {
    "make_header": make_header,
    "open_header": open_header,
    "table_key": table_key,
    "seal_record": seal_record,
    "open_record": open_record,
    "seal_file": seal_file,
    "open_file": open_file,
    "read_log": read_log,
}
