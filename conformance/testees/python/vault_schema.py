"""The messages of proto/solo2/vault/v1, as wire.py has those of the tunnel; importing it makes them known."""

from wire import SCHEMA, read_schema

SCHEMA.update(read_schema("""
VaultHeader: 1 uint32 version; 2 string username; 3 string server; 4 bytes wrapped_master_key; 5 bytes wrapped_vault_key
SealedRecord: 1 bytes nonce; 2 bytes ciphertext
SelfRecord: 1 string display_name; 2 string pairing_code; 3 string alias; 4 bytes ed25519_seed; 5 bytes x25519_secret; 6 bytes device; 7 bytes auth_key; 8 bytes session_token; 9 uint64 session_expires_at; 10 bool bundle_published; 11 bytes wake_token; 12 bool wake_published; 13 string push_endpoint; 14 bool undecided; 15 bool maximum_security; 16 uint32 lock_after_minutes; 17 enum pace; 18 enum paths; 20 uint64 backed_up_at
ContactRecord: 1 bytes ed25519; 2 bytes x25519; 3 string alias; 4 string display_name; 5 enum stage; 6 uint64 added_at; 7 string code; 8 bool verified; 9 RendezvousState rendezvous; 10 repeated DeviceState devices; 11 uint64 next_sequence; 12 repeated DeviceState pending_devices; 13 bytes conversation; 14 RendezvousState pending_rendezvous; 15 bytes wake_token; 16 uint32 expiry_seconds; 17 uint32 timer_revision; 18 uint64 read_by_them; 19 uint64 read_by_us; 20 ContactSettings settings; 21 repeated RendezvousState sibling_roots; 22 bool readmitted; 23 bool invited; 24 bytes invitation
InvitationRecord: 1 bytes secret; 2 uint64 created_at
ContactSettings: 1 string nickname; 2 bool muted; 3 bool archived; 4 bool pinned; 5 bool hides_reading; 6 string draft; 7 bool blocked
RendezvousState: 1 bytes root; 2 optional fixed32 epoch; 3 uint64 agreed_at
DeviceState: 1 bytes device; 2 bytes continuity_new; 3 bytes continuity_used; 4 bool used_is_none; 5 uint32 version; 6 bool used_is_invitation
MessageRecord: 1 bytes content; 2 bool outgoing; 3 uint64 stored_at; 4 enum state; 5 uint32 position; 6 MessageChanges changes
MessageChanges: 1 EditMark edit; 2 bool deleted; 3 ReactionMark own_reaction; 4 ReactionMark their_reaction
EditMark: 1 uint64 sequence; 2 bytes id; 3 string text
ReactionMark: 1 uint64 sequence; 2 bytes id; 3 string emoji
Position: 1 uint32 position
Life: 1 uint64 stored_at; 2 uint32 seconds
OutboxRecord: 1 uint32 position; 2 bytes content
FileRecord: 1 bytes offer; 2 bool outgoing; 3 enum state; 4 optional fixed64 offset; 5 bytes conversation; 6 bytes key; 7 bytes prefix; 8 bytes source; 9 bool paused; 10 uint64 completed_at
SearchIndex: 1 uint32 version; 2 bool rebuilding; 3 repeated bytes conversations; 4 repeated SearchSegment segments; 5 uint32 next_segment
SearchSegment: 1 uint32 segment; 2 uint32 first; 3 uint32 count; 4 uint32 level
SearchEntry: 1 bytes conversation; 2 uint32 position; 3 bytes tokens; 4 bytes padding
SearchDirectory: 1 bytes tokens
SearchPage: 1 bytes tokens; 2 repeated uint32 lengths; 3 repeated uint32 documents; 4 bytes padding
SearchDocuments: 1 repeated uint32 conversations; 2 repeated uint32 positions; 3 bytes padding
BackupEntry: 1 oneof BackupSelf self; 2 oneof ContactRecord contact; 3 oneof MessageRecord message; 4 oneof BackupPassed passed; 5 oneof BackupEarly early; 6 oneof BackupWaiting waiting; 7 oneof FileRecord file; 8 oneof bytes data; 9 oneof BackupEnd end
BackupSelf: 1 string username; 2 string server; 3 string display_name; 4 string alias; 5 bytes ed25519_seed; 6 bytes x25519_secret; 7 uint64 made_at
BackupPassed: 1 bytes id; 2 bool outgoing
BackupEarly: 1 bytes id; 2 MessageChanges changes
BackupWaiting: 1 uint64 sequence; 2 OutboxRecord record
BackupEnd: 1 uint32 contacts; 2 uint64 messages; 3 uint64 files; 4 bytes hash
Stamp: 1 uint64 counter; 2 bytes replica
SyncItem: 1 Stamp dot; 2 bytes contact; 3 bytes id; 4 oneof Registers account; 5 oneof Registers device; 6 oneof Registers person; 7 oneof Registers root; 8 oneof SyncContent content; 9 oneof SyncQueued queued; 10 oneof SyncFile file
Registers: 1 repeated Register registers
Register: 1 uint32 field; 2 Stamp stamp; 3 bytes value
SyncContent: 1 bool outgoing; 2 Stamp place; 3 bytes content; 4 MessageChanges changes; 5 enum state; 6 uint64 stored_at; 7 bool gone
SyncQueued: 1 bytes content; 2 bool done
SyncFile: 1 bytes offer; 2 bool outgoing; 3 enum state
VersionVector: 1 repeated Stamp highest
ReplicaRecord: 1 bytes replica; 2 uint64 clock; 3 VersionVector known; 4 repeated PartialRound partial; 5 bytes name_key; 6 bytes device_secret; 7 repeated bytes unshown
PartialRound: 1 bytes device; 2 VersionVector taken
DeviceSight: 1 uint64 seen_at
"""))
