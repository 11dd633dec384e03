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
export { decodeContent, type ParsedContent, parseContent } from './content/parse.js'
export { hpkeDeriveSecret } from './crypto/hpke.js'
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
} from './handshake/continuity.js'
export {
  type AwaitingResponse,
  finish,
  type HandshakeInput,
  type HandshakeResult,
  initiate,
  movePsk,
  rendezvousRoot,
  respond,
} from './handshake/handshake.js'
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
export {
  advanceRoot,
  candidateRoot,
  decideRoot,
  type RendezvousRoot,
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
  socketTopics,
} from './introduction/topics.js'
export { CHOSEN, PROTOCOL } from './limits.js'
export { deriveTurn, stepChain } from './ratchet/kdf.js'
export { open } from './ratchet/open.js'
export {
  createInitiatorRatchet,
  createResponderRatchet,
  newRatchetKeys,
  type RatchetState,
  ratchetFacts,
  ratchetSecrets,
  turnDue,
} from './ratchet/ratchet.js'
export { seal } from './ratchet/seal.js'
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
  type TunnelOutput,
  type TunnelRole,
  type TunnelSecrets,
  type TunnelState,
  tunnelFacts,
  tunnelSecrets,
} from './tunnel/tunnel.js'
