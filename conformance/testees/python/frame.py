"""Records in blocks and contents in parts: spec/09 sections 1 to 4."""

from wire import Refused, pad, read_canonical, unpad, which, write

FRAME_PLAINTEXT, TURN_FRAME_PLAINTEXT = 4065, 1747
FILE_BLOCK_BYTES = 1048576
OPEN_STREAMS = 64
LONGEST_CONTENT = 66616


def has_size(size):
    return lambda value: value is not None and len(value) == size


def has_sizes(least, most, size):
    return lambda values: least <= len(values) <= most and all(len(value) == size for value in values)


def is_present(value):
    return value is not None


def is_offset(value):
    return value is not None and value < 2**53


def is_some(value):
    return value is not None and len(value) > 0


def begins_block(value):
    return is_offset(value) and value % FILE_BLOCK_BYTES == 0


# Section 3: for each record its fields, and what each must be.
RULES = {
    "content": {"stream": lambda value: value >= 1, "data": is_some},
    "file_chunk": {"file": has_size(16), "offset": is_offset, "data": is_some},
    "receipt": {"contents": has_sizes(1, 64, 16)},
    "file_request": {"file": has_size(16), "offset": begins_block},
    "file_proof": {"file": has_size(16), "block": is_present, "path": has_sizes(0, 40, 32)},
    "file_progress": {"file": has_size(16), "offset": is_offset},
    "rendezvous_hash": {"epoch": is_present, "hash": has_size(32)},
    "rendezvous_root": {"epoch": is_present, "root": has_size(32)},
    "move_request": {},
    "move_signal": {"signal": lambda value: 1 <= len(value) <= 4041},
    "last": {"frames": is_present},
    "wake_token": {"token": has_size(32)},
    "frame_ack": {"frames": is_present},
    "build": {"hash": has_size(32)},
}


def check_record(record):
    name = which("Record", record)
    if name is None:
        raise Refused("malformed")
    for field, holds in RULES[name].items():
        if not holds(record[name].get(field)):
            raise Refused("malformed")


def pack_block(request):
    for record in request["records"]:
        check_record(record)
    block = write("RecordBlock", {"records": request["records"]})
    return "bytes", pad(block, TURN_FRAME_PLAINTEXT if request["turn"] else FRAME_PLAINTEXT)


def unpack_block(request):
    """09-2: size and padding, then the encoding of the whole block, then all its records."""
    if len(request["padded"]) not in (FRAME_PLAINTEXT, TURN_FRAME_PLAINTEXT):
        raise Refused("wrong_size")
    records = read_canonical("RecordBlock", unpad(request["padded"]))["records"]
    for record in records:
        check_record(record)
    return "records", {"records": records}


def reassemble(request):
    streams, contents = {}, []
    for part in request["parts"]:
        # 09-7: the 65th stream first, since of it nothing is kept.
        if part["stream"] not in streams and len(streams) == OPEN_STREAMS:
            return "reassembled", {"contents": contents, "refused": "too_many_streams"}
        joined = streams.get(part["stream"], b"") + part["data"]
        if len(joined) > LONGEST_CONTENT:
            return "reassembled", {"contents": contents, "refused": "too_long"}
        streams[part["stream"]] = joined
        if part["last"]:
            contents.append({"stream": part["stream"], "content": streams.pop(part["stream"])})
    return "reassembled", {"contents": contents}


FUNCTIONS = {
    "pad": lambda request: ("bytes", pad(request["bytes"], request["size"])),
    "unpad": lambda request: ("bytes", unpad(request["padded"])),
    "pack_block": pack_block,
    "unpack_block": unpack_block,
    "reassemble": reassemble,
}
