"""Canonical protobuf, spec/00 section 3: the messages of proto/ that a testee needs, as data, and one reader and writer."""

MASK_32 = (1 << 32) - 1
MASK_64 = (1 << 64) - 1

VARINT, FIXED_64, LENGTH, GROUP, END_GROUP, FIXED_32 = range(6)
WIRE_TYPES = {
    "uint32": VARINT, "uint64": VARINT, "bool": VARINT, "enum": VARINT,
    "fixed32": FIXED_32, "sfixed32": FIXED_32, "fixed64": FIXED_64,
}
DEFAULTS = {"bytes": b"", "string": "", "bool": False}


class Refused(Exception):
    """A code of spec/13."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Field:
    """`label` is "", "repeated", "optional", or "oneof": one oneof a message is enough for all of proto/ that is used here."""

    def __init__(self, number, label, kind, name):
        self.number, self.label, self.kind, self.name = number, label, kind, name
        self.is_message = kind[0].isupper()
        self.wire_type = WIRE_TYPES.get(kind, LENGTH)
        # Messages are absent or there; a plain field with its default value is absent on the wire.
        self.has_presence = self.is_message or label in ("optional", "oneof")

    def default(self):
        return DEFAULTS.get(self.kind, 0)


def read_schema(text):
    """Lines `Message: 1 bytes id; 2 repeated bytes contents`; "oneof" stands where protobuf has a block around the field."""
    messages = {}
    for line in filter(str.strip, text.splitlines()):
        name, _, fields = line.partition(":")
        parsed = []
        for field in filter(str.strip, fields.split(";")):
            number, *label, kind, field_name = field.split()
            parsed.append(Field(int(number), label[0] if label else "", kind, field_name))
        messages[name] = {field.number: field for field in parsed}
    return messages


# proto/solo2/introduction/v1, proto/solo2/tunnel/v1 and proto/solo2/conformance/v1, with the numbers that stand there.
SCHEMA = read_schema("""
SealedSignal: 1 bytes enc; 2 bytes ciphertext
ClientFrame: 1 oneof Open open; 2 oneof Join join; 3 oneof Leave leave; 4 oneof Send send; 5 oneof Wake wake
Open: 1 repeated uint32 versions; 2 oneof bytes ticket
Join: 1 repeated bytes topics
Leave: 1 repeated bytes topics
Send: 1 bytes topic; 2 bytes signal
Wake: 1 bytes token
ServerFrame: 1 oneof Opened opened; 2 oneof Joined joined; 3 oneof Delivery delivery; 4 oneof Refusal refusal; 5 oneof Woken woken
Opened: 1 uint32 version
Joined: 1 uint32 topics
Delivery: 1 bytes topic; 2 bytes signal
Refusal: 1 enum reason; 2 bytes topic; 3 uint32 retry_after_ms
Woken:
Signal: 1 oneof Hello hello; 2 oneof Offer offer; 3 oneof Answer answer; 4 oneof Bye bye
Hello: 1 repeated uint32 versions; 2 bytes device; 3 bytes nonce; 4 repeated bytes tags
Offer: 1 bytes from; 2 bytes to; 3 bytes peer_nonce; 4 bytes own_nonce; 5 string sdp
Answer: 1 bytes from; 2 bytes to; 3 bytes offer_hash; 4 string sdp
Bye: 1 bytes from; 2 bytes to; 3 bytes peer_nonce; 4 enum reason
HandshakeInitiation: 1 bytes ephemeral; 2 bytes kem_key; 3 bytes payload
HandshakeResponse: 1 bytes ephemeral; 2 bytes kem_ciphertext; 3 bytes payload
HandshakePayload: 1 RatchetKeys ratchet_keys; 2 bytes device_key
RatchetKeys: 1 bytes key; 2 bytes kem_key
Frame: 1 bytes header; 2 bytes ciphertext
FrameHeader: 1 optional fixed32 turn; 2 optional fixed32 n; 3 optional fixed32 pn; 4 bytes key; 5 bytes kem_key; 6 bytes kem_ciphertext
RecordBlock: 1 repeated Record records
Record: 1 oneof ContentPart content; 2 oneof FileChunk file_chunk; 3 oneof Receipt receipt; 4 oneof FileRequest file_request; 5 oneof FileProof file_proof; 6 oneof FileProgress file_progress; 7 oneof RendezvousHash rendezvous_hash; 8 oneof RendezvousRoot rendezvous_root; 9 oneof MoveRequest move_request; 10 oneof MoveSignal move_signal; 11 oneof Last last; 12 oneof WakeToken wake_token; 13 oneof FrameAck frame_ack; 14 oneof Build build
ContentPart: 1 uint32 stream; 2 bool last; 3 bytes data
Receipt: 1 repeated bytes contents
FileRequest: 1 bytes file; 2 optional fixed64 offset
FileProof: 1 bytes file; 2 optional fixed32 block; 3 repeated bytes path
FileChunk: 1 bytes file; 2 optional fixed64 offset; 3 bytes data
FileProgress: 1 bytes file; 2 optional fixed64 offset
RendezvousHash: 1 optional fixed32 epoch; 2 bytes hash
RendezvousRoot: 1 optional fixed32 epoch; 2 bytes root
MoveRequest:
MoveSignal: 1 bytes signal
Last: 1 optional fixed64 frames
WakeToken: 1 bytes token
FrameAck: 1 optional fixed64 frames
Build: 1 bytes hash
Content: 1 bytes id; 2 uint64 sequence; 3 uint64 written_at; 4 uint32 kind; 5 bytes body; 6 uint32 expiry_seconds
Text: 1 string text; 2 bytes reply_to
FileOffer: 1 bytes file; 2 string name; 3 optional fixed64 size; 4 bytes root; 5 oneof Voice voice; 6 oneof Picture picture
Voice: 1 uint32 duration_ms
Picture: 1 uint32 width; 2 uint32 height; 3 bytes pixels
FileRefusal: 1 bytes file
FileCancel: 1 bytes file
Edit: 1 bytes target; 2 string text
Delete: 1 bytes target
Reaction: 1 bytes target; 2 string emoji
Timer: 1 uint32 seconds; 2 uint32 revision
Place: 1 optional sfixed32 latitude; 2 optional sfixed32 longitude; 3 uint32 accuracy; 4 uint64 taken_at
Read: 1 uint64 sequence
Declaration: 1 uint32 protocol; 2 string name; 3 string version; 4 repeated string features
Request: 1 uint32 number; 10 oneof Pad pad; 11 oneof Unpad unpad; 12 oneof PackBlock pack_block; 13 oneof UnpackBlock unpack_block; 14 oneof Reassemble reassemble; 20 oneof JoinedEpochs joined_epochs; 21 oneof PairingSecret pairing_secret; 22 oneof PairingTopic pairing_topic; 23 oneof ContactTopic contact_topic; 24 oneof OwnTopic own_topic; 25 oneof EphemeralSecret ephemeral_secret; 26 oneof EncodeSignal encode_signal; 27 oneof DecodeSignal decode_signal; 28 oneof SealSignal seal_signal; 29 oneof OpenSignal open_signal; 40 oneof DeviceTag device_tag; 41 oneof ChoosePsk choose_psk; 42 oneof MoveSecret move_secret; 43 oneof MakePrologue make_prologue; 44 oneof Initiate initiate; 45 oneof Respond respond; 46 oneof Finish finish; 60 oneof StepChain step_chain; 61 oneof StepRoot step_root; 62 oneof StartRatchet start_ratchet; 63 oneof SealFrame seal_frame; 64 oneof OpenFrame open_frame; 65 oneof EndSession end_session; 80 oneof EncodeContent encode_content; 81 oneof DecodeContent decode_content; 100 oneof LiveOpen live_open; 101 oneof LiveMeet live_meet; 102 oneof LiveSay live_say; 103 oneof LiveHear live_hear; 104 oneof LiveEnd live_end; 110 oneof MakeHeader make_header; 111 oneof OpenHeader open_header; 112 oneof TableKey table_key; 113 oneof SealRecord seal_record; 114 oneof OpenRecord open_record; 115 oneof SealFile seal_file; 116 oneof OpenFile open_file; 120 oneof ReadLog read_log; 130 oneof CheckItem check_item; 131 oneof JoinItems join_items; 140 oneof WriteBackup write_backup; 141 oneof ReadBackup read_backup
Outcome: 1 uint32 number; 2 oneof string refused; 3 oneof Nothing not_supported; 4 oneof Nothing done; 5 oneof bytes bytes; 10 oneof Records records; 11 oneof Reassembled reassembled; 20 oneof Epochs epochs; 21 oneof ContactTopics contact_topics; 22 oneof Signal signal; 40 oneof PskChoice psk_choice; 41 oneof Responded responded; 42 oneof HandshakeKeys handshake_keys; 60 oneof ChainStepped chain_stepped; 61 oneof RootStepped root_stepped; 80 oneof ContentFields content; 100 oneof LiveFacts live_facts; 120 oneof VaultEntries vault_entries; 140 oneof BackupEntries backup_entries; 141 oneof BackupDamaged backup_damaged
Nothing:
Pad: 1 bytes bytes; 2 uint32 size
Unpad: 1 bytes padded
PackBlock: 1 repeated Record records; 2 bool turn
UnpackBlock: 1 bytes padded
Records: 1 repeated Record records
Reassemble: 1 repeated ContentPart parts
Reassembled: 1 repeated WholeContent contents; 2 string refused
WholeContent: 1 uint32 stream; 2 bytes content
JoinedEpochs: 1 uint64 seconds
Epochs: 1 repeated uint32 epochs
Person: 1 bytes id; 2 bytes x25519_secret; 3 bytes x25519
PairingSecret: 1 Person own; 2 Person peer
PairingTopic: 1 bytes secret; 2 uint32 epoch
ContactTopic: 1 bytes root; 2 uint32 root_epoch; 3 uint32 epoch
ContactTopics: 1 bytes root; 2 bytes topic; 3 bytes psk; 4 bytes hash
OwnTopic: 1 bytes key; 2 uint32 epoch
EphemeralSecret: 1 bytes ikm
EncodeSignal: 1 Signal signal
DecodeSignal: 1 bytes padded
SignalChannel: 1 bytes topic; 2 Person own; 3 Person peer; 4 bytes psk
SealSignal: 1 SignalChannel channel; 2 bytes padded; 3 bytes ikm
OpenSignal: 1 SignalChannel channel; 2 bytes sealed
DeviceTag: 1 bytes secret; 2 bytes device; 3 bytes nonce
Continuity: 1 bytes newest; 2 bytes used; 3 bool used_is_none; 4 bool used_is_invitation
Kept: 1 Continuity held; 2 Continuity beside
ChoosePsk: 1 Kept kept; 2 repeated bytes invitations; 3 bool other_accepted; 4 bytes device; 5 bytes nonce; 6 repeated bytes tags; 7 bytes continuity
PskChoice: 1 string kind; 2 bytes psk0; 3 bool notice; 4 Kept initiator_stored; 5 Kept initiator_confirmed; 6 Kept responder_stored; 7 bytes spent
MoveSecret: 1 bytes exporter; 2 bytes nonce
MakePrologue: 1 bytes hello_i; 2 bytes hello_r; 3 bytes offer; 4 bytes answer; 5 bytes id_i; 6 bytes id_r; 7 bytes device_i; 8 bytes device_r; 9 bytes moved_from
HandshakeParty: 1 bytes static_secret; 2 bytes peer_static; 3 bytes psk0; 4 bytes prologue
Initiate: 1 uint32 session; 2 HandshakeParty party; 3 bytes ephemeral; 4 bytes kem_seed
Respond: 1 HandshakeParty party; 2 bytes ephemeral; 3 bytes encapsulation; 4 bytes ratchet_secret; 5 bytes ratchet_kem_seed; 6 bytes message
Responded: 1 bytes message; 2 HandshakeKeys keys
Finish: 1 uint32 session; 2 bytes message
HandshakeKeys: 1 bytes hash; 2 bytes root_key; 3 bytes continuity; 4 bytes exporter; 5 bytes rendezvous_root; 6 bytes ratchet_key; 7 bytes ratchet_kem_key
StepChain: 1 bytes chain_key
ChainStepped: 1 bytes message_key; 2 bytes next
StepRoot: 1 bytes root_key; 2 bytes dh; 3 bytes ss; 4 bytes peer_key; 5 bytes key; 6 bytes peer_kem_key; 7 bytes kem_key; 8 bytes kem_ciphertext
RootStepped: 1 bytes root_key; 2 bytes chain_key
StartRatchet: 1 uint32 session; 2 bytes root_key; 3 bytes key; 4 bytes kem_key; 5 bytes secret; 6 bytes kem_seed
SealFrame: 1 uint32 session; 2 bytes plaintext; 3 TurnDraws draws
TurnDraws: 1 bytes secret; 2 bytes kem_seed; 3 bytes encapsulation
OpenFrame: 1 uint32 session; 2 bytes frame
EndSession: 1 uint32 session
EncodeContent: 1 ContentFields content
DecodeContent: 1 bytes content
ContentFields: 1 Content envelope; 2 oneof Text text; 3 oneof FileOffer file_offer; 4 oneof FileRefusal file_refusal; 5 oneof FileCancel file_cancel; 6 oneof Edit edit; 7 oneof Delete delete; 8 oneof Reaction reaction; 9 oneof Timer timer; 10 oneof Place place; 11 oneof Read read
LiveOpen: 1 string url; 2 repeated bytes tickets; 3 Person own; 4 Person peer; 5 bytes device; 6 bool offers; 7 Kept kept; 8 repeated bytes invitations; 9 bytes root; 10 uint32 root_epoch
LiveMeet: 1 uint32 tunnel
LiveFacts: 1 string kind; 2 bool notice; 3 Kept kept; 4 bytes root; 5 uint32 root_epoch
LiveSay: 1 ContentFields content
LiveHear:
LiveEnd:
MakeHeader: 1 string username; 2 string server; 3 bytes wrapped_master_key; 4 bytes vault_key; 5 bytes master_key; 6 bytes device_key; 7 bytes inner_nonce; 8 bytes outer_nonce
OpenHeader: 1 bytes header; 2 bytes master_key; 3 bytes device_key
TableKey: 1 bytes vault_key; 2 string table
SealRecord: 1 bytes vault_key; 2 string table; 3 string id; 4 bytes nonce; 5 bytes plaintext
OpenRecord: 1 bytes vault_key; 2 string table; 3 string id; 4 bytes sealed
SealFile: 1 bytes key; 2 bytes prefix; 3 bytes plain
OpenFile: 1 bytes key; 2 bytes prefix; 3 uint64 size; 4 bytes sealed
ReadLog: 1 bytes log; 2 string table
VaultEntries: 1 repeated VaultEntry entries
VaultEntry: 1 string id; 2 bytes value
CheckItem: 1 bytes item
JoinItems: 1 bytes mine; 2 bytes theirs; 3 Stamp next
WriteBackup: 1 bytes stretched; 2 uint32 profile; 3 bytes salt; 4 bytes prefix; 5 repeated bytes entries
ReadBackup: 1 bytes stretched; 2 bytes file
BackupEntries: 1 repeated bytes entries
BackupDamaged: 1 uint64 offset
""")


# Writing


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def scalar(field, value):
    if field.kind == "string":
        value = value.encode("utf-8", "surrogatepass")
    if field.wire_type == LENGTH:
        return varint(len(value)) + value
    if field.wire_type == VARINT:
        return varint(int(value))
    size = 4 if field.wire_type == FIXED_32 else 8
    return value.to_bytes(size, "little", signed=field.kind == "sfixed32")


def write(name, message):
    """The canonical encoding of a message that is a dict from field names to values."""
    out = bytearray()
    for field in SCHEMA[name].values():
        values = message.get(field.name)
        if field.label != "repeated":
            values = [] if values is None else [values]
        for value in values or []:
            if not field.has_presence and field.label != "repeated" and value == field.default():
                continue
            if field.is_message:
                body = write(field.kind, value)
                body = varint(len(body)) + body
            elif field.label == "repeated" and field.wire_type == VARINT:
                body = b"".join(map(varint, values))
                body = varint(len(body)) + body
                out += varint(field.number << 3 | LENGTH) + body
                break
            else:
                body = scalar(field, value)
            out += varint(field.number << 3 | field.wire_type) + body
    return bytes(out)


# Reading


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if size > len(self.data) - self.at:
            raise Refused("malformed")
        self.at += size
        return self.data[self.at - size : self.at]

    def varint(self):
        value = 0
        for shift in range(0, 70, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & MASK_64
        raise Refused("malformed")

    def tag(self):
        tag = self.varint()
        if tag > MASK_32 or tag >> 3 == 0:
            raise Refused("malformed")
        return tag >> 3, tag & 7

    def value(self, wire_type, number):
        if wire_type == VARINT:
            return self.varint()
        if wire_type == FIXED_64:
            return self.take(8)
        if wire_type == LENGTH:
            return self.take(self.varint())
        if wire_type == FIXED_32:
            return self.take(4)
        if wire_type == GROUP:
            return self.pass_group(number)
        raise Refused("malformed")

    def pass_group(self, number):
        """A group is passed over as an unknown field, so that it is found by comparing. A loop: a peer chooses the depth."""
        open_groups = [number]
        while open_groups:
            number, wire_type = self.tag()
            if wire_type == GROUP:
                open_groups.append(number)
            elif wire_type != END_GROUP:
                self.value(wire_type, number)
            elif open_groups.pop() != number:
                raise Refused("malformed")


def from_wire(field, raw):
    if field.is_message:
        return read(field.kind, raw)
    if field.kind == "bytes":
        return bytes(raw)
    if field.kind == "string":
        # Bytes that are no UTF-8 come back as others, and so are not_canonical.
        return raw.decode("utf-8", "replace")
    if field.kind == "bool":
        return raw != 0
    if field.kind == "uint32":
        return raw & MASK_32
    if field.kind == "enum":
        # An int32: a negative one has its sign in all 64 bits on the wire.
        low = raw & MASK_32
        return low | (MASK_64 ^ MASK_32) if low >> 31 else low
    if field.kind == "uint64":
        return raw
    return int.from_bytes(raw, "little", signed=field.kind == "sfixed32")


def read(name, data):
    """Any encoding, as libraries read it: the last value of a field counts, unknown fields are dropped."""
    fields = SCHEMA[name]
    message = {field.name: [] for field in fields.values() if field.label == "repeated"}
    for field in fields.values():
        if field.label != "repeated" and not field.has_presence:
            message[field.name] = field.default()
    reader = Reader(data)
    while reader.at < len(data):
        number, wire_type = reader.tag()
        raw = reader.value(wire_type, number)
        field = fields.get(number)
        if field is None:
            continue
        if field.label == "repeated" and field.wire_type == VARINT and wire_type == LENGTH:
            packed = Reader(raw)
            while packed.at < len(raw):
                message[field.name].append(from_wire(field, packed.varint()))
        elif wire_type != field.wire_type:
            continue
        elif field.label == "repeated":
            message[field.name].append(from_wire(field, raw))
        else:
            if field.label == "oneof":
                for other in fields.values():
                    if other.label == "oneof":
                        message.pop(other.name, None)
            message[field.name] = from_wire(field, raw)
    return message


def read_canonical(name, data):
    """00-1: decode, encode again, compare."""
    message = read(name, data)
    if write(name, message) != data:
        raise Refused("not_canonical")
    return message


def which(name, message):
    """The name of the member of the oneof that is there, or None."""
    for field in SCHEMA[name].values():
        if field.label == "oneof" and field.name in message:
            return field.name
    return None


# Padding, spec/00 section 6


def pad(data, size):
    if len(data) > min(size - 2, 0xFFFF):
        raise Refused("too_long")
    return len(data).to_bytes(2, "big") + data + bytes(size - 2 - len(data))


def unpad(padded):
    length = int.from_bytes(padded[:2], "big")
    if len(padded) < 2 or length > len(padded) - 2 or any(padded[2 + length :]):
        raise Refused("bad_padding")
    return padded[2 : 2 + length]
