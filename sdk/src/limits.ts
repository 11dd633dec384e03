/** All numbers of the project. spec/14 holds the same table; a test compares the two. Units are in the names. */

/** What the protocol fixes: two implementations must agree on these. */
export const PROTOCOL = {
  /** Every message of a data channel (spec/09). */
  FRAME_SIZE: 4096,
  /** Every signal on the introduction socket (spec/06). */
  SIGNAL_SIZE: 4096,
  /** A signal's padded plaintext: SIGNAL_SIZE less encapsulated key, tag and protobuf heads (spec/06). */
  SIGNAL_PLAINTEXT: 4043,
  /** Padded payloads of the two handshake messages (spec/07). */
  INITIATION_PAYLOAD: 2840,
  RESPONSE_PAYLOAD: 2936,
  /** Header and padded plaintext of a frame, and of a turn's first frame (spec/08, spec/09). */
  HEADER_SIZE: 10,
  TURN_HEADER_SIZE: 2327,
  FRAME_PLAINTEXT: 4065,
  TURN_FRAME_PLAINTEXT: 1747,
  /** Identifiers: topics, devices, nonces, contents, files, tags. */
  ID_SIZE: 16,
  TICKET_SIZE: 32,
  WAKE_TOKEN_SIZE: 32,
  /** Notifications that one token asks for in a day (spec/06). */
  WAKES_PER_DAY: 20,
  /** Rendezvous epochs (spec/06). */
  EPOCH_SECONDS: 86_400,
  EPOCH_EDGE_SECONDS: 3_600,
  /** The pairing topic is joined for so long after a rendezvous root was agreed (spec/06). */
  ROOT_REACH_EPOCHS: 3_660,
  PAIRING_TOPIC_DAYS: 7,
  /** How long an invitation can be used (spec/04). */
  INVITATION_SECONDS: 604_800,
  HELLO_TAGS: 16,
  HELLO_VERSIONS: 8,
  SDP_BYTES: 3_500,
  SDP_CANDIDATES: 24,
  /** Topics on one socket, and the multiple to which a client pads them (spec/06). */
  SOCKET_TOPICS: 256,
  TOPIC_PADDING: 16,
  /** Failed opens in a minute and topic, after which the sender is ignored (spec/06). */
  FAILED_OPENS_PER_MINUTE: 16,
  /** From the first handshake message to its confirmation (spec/07). */
  HANDSHAKE_MS: 10_000,
  /** From the first signal of a move to the confirmation of its tunnel, and from there to the end of the old one (spec/09). */
  MOVE_MS: 20_000,
  MOVE_OVERLAP_MS: 10_000,
  /** A due turn may wait until the first of these two (spec/08). */
  TURN_DELAY_MS: 1_000,
  TURN_DELAY_FRAMES: 1_024,
  /** Frames on an old chain after which the receiver ends the tunnel (spec/08). */
  OLD_CHAIN_FRAMES: 2_048,
  /** Content (spec/10). */
  TEXT_BYTES: 65_536,
  CONTENT_BODY_BYTES: 66_560,
  OPEN_STREAMS: 64,
  RECEIPT_CONTENTS: 64,
  /** How long a disappearing content is kept, and what sets it (spec/10). */
  EXPIRY_SECONDS_MIN: 5,
  EXPIRY_SECONDS_MAX: 2_419_200,
  REACTION_BYTES: 40,
  THUMBNAIL_BYTES: 16_384,
  VOICE_MS: 86_400_000,
  PLACE_ACCURACY_METRES: 20_000_000,
  FILE_NAME_BYTES: 255,
  FILE_BLOCK_BYTES: 1_048_576,
  FILE_PATH_HASHES: 40,
  /** Backup (spec/11). */
  BACKUP_CHUNK_BYTES: 65_536,
  BACKUP_ENTRY_BYTES: 131_072,
  /** Messages of one file of a readable copy (spec/11). */
  COPY_PART_MESSAGES: 5_000,
  /** File data that may be under way: sent, and not durable at the recipient (spec/10). */
  FILE_WINDOW_BYTES: 8_388_608,
  /** How often a block that came damaged is asked for again before its file is cancelled (spec/10). */
  FILE_BLOCK_RETRIES: 2,
  /** Search (spec/11): letters of a word that count, tokens of one message, and the sizes to which records are padded. */
  SEARCH_WORD_LETTERS: 16,
  SEARCH_MESSAGE_TOKENS: 16_384,
  SEARCH_PAGE_BYTES: 4_096,
  SEARCH_ENTRY_BYTES: 512,
  SEARCH_DOCUMENTS: 1_024,
  /** Synchronisation of own devices (spec/11). */
  SYNC_COUNTER_MAX: 2 ** 48,
  SYNC_REPLICAS: 256,
  SYNC_REGISTERS: 64,
  SYNC_FIELD_MAX: 1_023,
  SYNC_BATCH_BYTES: 131_072,
  SYNC_BATCH_ITEMS: 1_024,
  SYNC_PART_BYTES: 65_536,
  /** A code lets one device in for so long, and has so many words (spec/07). */
  LINK_CODE_MS: 600_000,
  LINK_CODE_WORDS: 6,
  /** Account (spec/05). */
  USERNAME_MIN: 3,
  USERNAME_MAX: 32,
  DISPLAY_NAME_BYTES: 64,
  PASSWORD_BYTES_MIN: 8,
  PASSWORD_BYTES_MAX: 1_024,
  PAIRING_CODE_LENGTH: 10,
  ALIAS_LENGTH: 8,
  WRAPPED_MASTER_KEY_SIZE: 80,
  SESSION_SECONDS: 86_400,
  PAIRING_SECONDS: 259_200,
  TICKET_SECONDS: 60,
  SIGNAL_HELD_SECONDS: 60,
  TOPIC_MEMBERS: 8,
  TOPIC_HELD: 4,
  SOCKET_HELD: 16,
  SAFETY_NUMBER_ROUNDS: 5_200,
} as const

/** What this implementation chose: others may choose differently and still interoperate. */
export const CHOSEN = {
  /** Bytes in the data channel's buffer above which the scheduler waits, and below which it goes on. */
  HIGH_WATER_BYTES: 65_536,
  LOW_WATER_BYTES: 32_768,
  /** File data under way is worth its round trip and so much more; before a rate is known it is so many frames. */
  QUEUE_MS: 30,
  FIRST_WINDOW_FRAMES: 16,
  /** The shortest round trip is looked for anew after so long. */
  ROUND_TRIP_MS: 10_000,
  /** File data is acknowledged after so long, or so many frames: at the start a quarter of what came, within these. */
  ACK_MS: 200,
  ACK_FRAMES_MIN: 4,
  ACK_FRAMES_MAX: 64,
  /** Heartbeats: mean interval, jittered by half of it to each side. */
  HEARTBEAT_MS: 20_000,
  HEARTBEAT_JITTER: 0.5,
  /** The same on a metered network: 30 to 50 s, which is within the silence that the other side bears. */
  METERED_HEARTBEAT_MS: 40_000,
  METERED_JITTER: 0.25,
  /** In constant-rate mode a frame leaves each time that this is over. */
  CONSTANT_RATE_MS: 500,
  /** Before each of its ticks nothing else is begun for so long, so that no tick is late because of it. */
  QUIET_MS: 100,
  /** No frame for so long: the path is lost. */
  SILENCE_MS: 65_000,
  /** ICE gathering ends after this with what there is. */
  GATHERING_MS: 2_000,
  /** For each step of an introduction: making an offer, waiting for its answer, making the answer (spec/06). */
  ANSWER_MS: 10_000,
  /** From the answer to a tunnel that stands. */
  CONNECT_MS: 20_000,
  /** Before a tunnel through a mirror tries to move to a direct path, doubled from the first to the second (spec/09). */
  MOVE_MIN_MS: 10_000,
  MOVE_MAX_MS: 900_000,
  /** A mirror's credential is renewed when so much of its life is left; servers without an end are asked for after the second. */
  MIRROR_MARGIN_MS: 300_000,
  ICE_SERVERS_MS: 3_600_000,
  /** A renewal that came to nothing is tried again after waits that double from MOVE_MIN_MS to this. */
  RENEWAL_MAX_MS: 60_000,
  /** Who waits on a topic says Hello again after this, doubled from the first to the second, jittered down to half. */
  ANNOUNCE_MIN_MS: 60_000,
  ANNOUNCE_MAX_MS: 900_000,
  /** Waits before trying again, doubled from the first to the second, with full jitter. */
  RETRY_MIN_MS: 500,
  RETRY_MAX_MS: 30_000,
  /** From the ticket to the socket of a wake, at most; and between two wakes of a contact (spec/06). */
  WAKE_DELAY_MS: 3_000,
  WAKE_INTERVAL_MS: 60_000,
  /** A file that its disk does not take is asked for again after this (spec/10). */
  FILE_RETRY_MS: 30_000,
  /** How often lives are looked at beside their ends (spec/10 section 11). */
  EXPIRY_CHECK_MS: 10_000,
  /** A content that came late is put before this many lines of its conversation at most (spec/10 section 2). */
  LATE_LINES: 1_024,
  /**
   * How often a logged-in client asks for pairing requests: so at first, each time later by the factor, up to the longest. It is
   * also how a client whose tunnels stand learns that the server is away, or back.
   */
  PAIRING_POLL_MS: 4_000,
  PAIRING_POLL_GROWTH: 3,
  PAIRING_POLL_LONGEST_MS: 600_000,
  /** An account call, or the opening of an introduction socket, without an answer for so long: the server is away. */
  SERVER_ANSWER_MS: 20_000,
  /** A clock that is so far from the server's is told to be wrong, by steps of so much; slower answers do not count (spec/05). */
  CLOCK_WRONG_MS: 300_000,
  CLOCK_STEADY_MS: 60_000,
  CLOCK_ANSWER_MS: 10_000,
  /** Longest answer of an account call and longest frame of an introduction socket that a client takes. */
  ANSWER_BYTES: 262_144,
  SERVER_FRAME_BYTES: 16_384,
  /** Batches to another own device that it has not taken yet (spec/11). */
  SYNC_BATCHES_OPEN: 4,
  /** In maximum security mode a client locks after so many minutes without use, if the person chose no fewer (spec/11). */
  MAXIMUM_SECURITY_LOCK_MINUTES: 15,
  /** A store that another tab keeps from being upgraded for so long is locked. */
  STORE_BLOCKED_MS: 2_000,
  /** Longest file that a browser without a private file system takes, since it stays in memory. */
  MEMORY_FILE_BYTES: 268_435_456,
  /** Messages that make a segment of the search index, segments that are merged into one, and words of a query. */
  SEARCH_SEGMENT_MESSAGES: 256,
  SEARCH_MERGED_SEGMENTS: 8,
  SEARCH_QUERY_TOKENS: 32,
} as const
