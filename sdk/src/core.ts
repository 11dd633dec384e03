/**
 * `@solo2/sdk/core`: the sans-I/O machines, for people who bring their own transport, store or language binding. Bytes
 * go in; state, outputs and spent secrets come out. Nothing here reads a clock, a random source or a store.
 */
export { decodeCanonical, encode } from './bytes/canonical.js'
export { pad, unpad } from './bytes/padding.js'
export {
  composeDelete,
  composeEdit,
  composeFileCancel,
  composeFileOffer,
  composeFileRefusal,
  composePlace,
  composeReaction,
  composeRead,
  composeText,
  composeTimer,
  encodeContent,
  withExpiry,
} from './content/compose.js'
export { isEmoji } from './content/emoji.js'
export {
  blockHashed,
  blockWritten,
  createFileReceive,
  endReceive,
  type FileReceive,
  type ReceiveOutput,
  type ReceiveStep,
  receiveProgress,
  receiveTunnelLost,
  requestFile,
  takeChunk,
  takeProof,
} from './content/file-receive.js'
export {
  createFileSend,
  endSend,
  type FileSend,
  gaveData,
  sendProgress,
  sendTunnelLost,
  takeProgress,
  takeRequest,
  wantedRead,
} from './content/file-send.js'
export type { Coordinates, Media } from './content/forms.js'
export { buildTree, type HashTree, leafHash, pathOf, verifyPath } from './content/hash-tree.js'
export {
  addContent,
  markSent,
  nextToSend,
  type Outbox,
  type OutboxEntry,
  outboxContents,
  restoreOutbox,
  takeReceipt,
  tunnelLost,
} from './content/outbox.js'
export { decodeContent, type ParsedChange, type ParsedContent, parseContent } from './content/parse.js'
export { hpkeDeriveSecret } from './crypto/hpke.js'
export type { HybridKeyPair, HybridPublicKeys } from './crypto/hybrid-keys.js'
export { noblePrimitives } from './crypto/primitives-noble.js'
export type { Aead, Env, Primitives } from './env.js'
export { type Culprit, ERROR_CODES, type ErrorCode, Solo2Error } from './errors.js'
export { decodeFrame, encodeFrame } from './frame/frame.js'
export { createReassembly, type ReassemblyState, reassemble } from './frame/reassembly.js'
export { packRecords, Record, unpackRecords } from './frame/records.js'
export {
  afterConfirmation,
  afterHandshake,
  type Candidate,
  type Choice,
  candidates,
  choosePsk,
  type KnownDevice,
  makeTag,
  makeTags,
  type Notice,
  noticeOf,
  remember,
  type TaggedHello,
} from './handshake/continuity.js'
export {
  type AwaitingResponse,
  type Finished,
  finish,
  type HandshakeInput,
  type HandshakeResult,
  type Initiated,
  initiate,
  movePsk,
  type Responded,
  rendezvousRoot,
  respond,
} from './handshake/handshake.js'
export type { StaticKeyPair } from './handshake/noise.js'
export { makePrologue, type PrologueInput } from './handshake/prologue.js'
export { makeBundle, verifyBundle } from './identity/bundle.js'
export { identityId, isOfferer } from './identity/id.js'
export { generateIdentity, type IdentitySecrets, type PublicIdentity, publicIdentity } from './identity/keys.js'
export { matchesSafetyQr, safetyNumber, safetyQr } from './identity/safety-number.js'
export {
  createMeeting,
  type Introduction,
  type MeetingContext,
  type MeetingInput,
  type MeetingOutput,
  type MeetingState,
  meetingDeadline,
  stepMeeting,
} from './introduction/meeting.js'
export type { AbandonReason, MeetingRole } from './introduction/meeting-state.js'
export {
  advanceRoot,
  candidateRoot,
  decideRoot,
  type RendezvousRoot,
  type RootDecision,
  rootAt,
  rootHash,
  rootToGive,
  signalPsk,
  takeRoot,
} from './introduction/rendezvous.js'
export {
  type AnySignal,
  type Channel,
  composeSignal,
  decodeSealed,
  openSealed,
  parseSignal,
  type Sealed as SealedSignal,
  sealSignal,
} from './introduction/signal.js'
export {
  contactTopic,
  epochsAt,
  type MeetingTopic,
  meetingTopics,
  ownTopic,
  pairingSecret,
  pairingTopic,
  type SocketTopics,
  socketTopics,
  type TopicSource,
} from './introduction/topics.js'
export { CHOSEN, PROTOCOL } from './limits.js'
export type { RatchetMessage } from './ratchet/header.js'
export { deriveTurn, stepChain, type TurnInput } from './ratchet/kdf.js'
export { type Opened, open } from './ratchet/open.js'
export {
  createInitiatorRatchet,
  createResponderRatchet,
  newRatchetKeys,
  type RatchetFacts,
  type RatchetState,
  ratchetFacts,
  ratchetSecrets,
  turnDue,
} from './ratchet/ratchet.js'
export { type Sealed, seal } from './ratchet/seal.js'
export type { Step } from './step.js'
export {
  begin,
  deadline,
  expired,
  isOver,
  leave,
  pump,
  queueContent,
  queueRecord,
  receive,
  type TunnelFacts,
  type TunnelOutput,
  type TunnelRole,
  type TunnelSecrets,
  type TunnelState,
  tunnelFacts,
  tunnelSecrets,
} from './tunnel/tunnel.js'
