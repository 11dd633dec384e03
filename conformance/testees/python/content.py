"""Contents: the envelope and the kinds of spec/10 sections 2 and 3."""

from wire import Refused, read_canonical, which, write

MOST_NUMBER = 2**53 - 1
CONTENT_BODY_BYTES = 66560
EXPIRY_SECONDS = range(5, 2419200 + 1)

# Section 3, by number: the name of the field in ContentFields, and the message.
KINDS = {
    1: ("text", "Text"),
    2: ("file_offer", "FileOffer"),
    3: ("file_refusal", "FileRefusal"),
    4: ("file_cancel", "FileCancel"),
    5: ("edit", "Edit"),
    6: ("delete", "Delete"),
    7: ("reaction", "Reaction"),
    8: ("timer", "Timer"),
    9: ("place", "Place"),
    10: ("read", "Read"),
}


def is_id(value):
    return len(value) == 16


def is_text(value, most=65536):
    return 1 <= len(value.encode()) <= most


def is_life(seconds):
    return seconds == 0 or seconds in EXPIRY_SECONDS


def is_near(value, most):
    return value is not None and -most <= value <= most


def is_picture(picture):
    width, height, pixels = picture["width"], picture["height"], picture["pixels"]
    if not (width or height or pixels):
        return True
    return bool(width and height and pixels) and len(pixels) == 2 * width * height <= 16384


def is_offer(body):
    size = body.get("size")
    return (
        is_id(body["file"])
        and is_text(body["name"], 255)
        and size is not None
        and size <= MOST_NUMBER
        and len(body["root"]) == 32
        and ("voice" not in body or 1 <= body["voice"]["duration_ms"] <= 86400000)
        and ("picture" not in body or is_picture(body["picture"]))
    )


def is_place(body):
    return (
        is_near(body.get("latitude"), 900000000)
        and is_near(body.get("longitude"), 1800000000)
        and body["accuracy"] <= 20000000
        and body["taken_at"] <= MOST_NUMBER
    )


LIMITS = {
    "text": lambda body: is_text(body["text"]) and (not body["reply_to"] or is_id(body["reply_to"])),
    "file_offer": is_offer,
    "file_refusal": lambda body: is_id(body["file"]),
    "file_cancel": lambda body: is_id(body["file"]),
    "edit": lambda body: is_id(body["target"]) and is_text(body["text"]),
    "delete": lambda body: is_id(body["target"]),
    "reaction": lambda body: is_id(body["target"]) and len(body["emoji"].encode()) <= 40,
    "timer": lambda body: is_life(body["seconds"]) and body["revision"] >= 1,
    "place": is_place,
    "read": lambda body: 1 <= body["sequence"] <= MOST_NUMBER,
}


def is_envelope(envelope):
    return (
        is_id(envelope["id"])
        and 1 <= envelope["sequence"] <= MOST_NUMBER
        and envelope["written_at"] <= MOST_NUMBER
        and envelope["kind"] >= 1
        and len(envelope["body"]) <= CONTENT_BODY_BYTES
        and is_life(envelope["expiry_seconds"])
    )


def encode_content(request):
    content = request["content"]
    name = which("ContentFields", content)
    field, message = KINDS.get(content["envelope"]["kind"], (None, None))
    # 10-54: what is beyond a limit is refused before anything comes of it.
    if name is None or name != field or not LIMITS[name](content[name]):
        raise Refused("invalid_argument")
    envelope = {**content["envelope"], "body": write(message, content[name])}
    if not is_envelope(envelope):
        raise Refused("invalid_argument")
    return "bytes", write("Content", envelope)


def read_envelope(data):
    try:
        envelope = read_canonical("Content", data)
    except Refused:
        # 10-2: whatever is wrong with an envelope.
        raise Refused("bad_content") from None
    if not is_envelope(envelope):
        raise Refused("bad_content")
    return envelope


def decode_content(request):
    envelope = read_envelope(request["content"])
    if envelope["kind"] not in KINDS:
        return "content", {"envelope": envelope}
    name, message = KINDS[envelope["kind"]]
    try:
        body = read_canonical(message, envelope["body"])
    except Refused:
        # 10-4: kept as it is.
        return "content", {"envelope": envelope}
    if not LIMITS[name](body):
        raise Refused("bad_content")
    return "content", {"envelope": envelope, name: body}


FUNCTIONS = {"encode_content": encode_content, "decode_content": decode_content}
