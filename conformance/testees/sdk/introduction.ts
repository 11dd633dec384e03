/** spec/06 sections 6 to 9. */
import type { Person, SignalChannel } from '@solo2/proto/conformance'
import {
  type Channel,
  composeSignal,
  contactTopic,
  decodeSealed,
  epochsAt,
  hpkeDeriveSecret,
  openSealed,
  ownTopic,
  pairingSecret,
  pairingTopic,
  parseSignal,
  rootAt,
  rootHash,
  Solo2Error,
  sealSignal,
  signalPsk,
} from '@solo2/sdk/core'
import { bytes, drawing, type Functions, given, primitives } from './functions.js'

function channelOf({ topic, psk, ...sides }: SignalChannel): Channel {
  const [own, peer] = [given<Person>(sides.own), given<Person>(sides.peer)]
  if (Buffer.compare(own.id, peer.id) === 0) {
    return { kind: 'own', topic, psk, id: own.id, secret: own.x25519Secret, publicKey: own.x25519 }
  }
  const between = { topic, own, peer }
  return psk.length === 0 ? { ...between, kind: 'pairing' } : { ...between, kind: 'contact', psk }
}

export const introduction: Functions<
  | 'joinedEpochs'
  | 'pairingSecret'
  | 'pairingTopic'
  | 'contactTopic'
  | 'ownTopic'
  | 'ephemeralSecret'
  | 'encodeSignal'
  | 'decodeSignal'
  | 'sealSignal'
  | 'openSignal'
> = {
  joinedEpochs: ({ seconds }) => ({ $case: 'epochs', value: { epochs: epochsAt(Number(seconds) * 1_000) } }),
  pairingSecret: ({ own, peer }) => bytes(pairingSecret(primitives, given(own), given(peer))),
  pairingTopic: ({ secret, epoch }) => bytes(pairingTopic(primitives, secret, epoch)),
  contactTopic({ root, rootEpoch, epoch }) {
    const stored = { epoch: rootEpoch, root }
    const then = rootAt(primitives, stored, epoch)
    if (then === undefined) throw new Solo2Error('wrong_epoch', 'the root does not reach that epoch')
    const [topic, psk] = [contactTopic(primitives, then), signalPsk(primitives, then)]
    const hash = rootHash(primitives, stored, epoch)
    return { $case: 'contactTopics', value: { root: then, topic, psk, hash } }
  },
  ownTopic: ({ key, epoch }) => bytes(ownTopic(primitives, key, epoch)),
  ephemeralSecret: ({ ikm }) => bytes(hpkeDeriveSecret(primitives, ikm)),
  encodeSignal: ({ signal }) => bytes(composeSignal(given(signal?.signal))),
  decodeSignal: ({ padded }) => ({ $case: 'signal', value: { signal: parseSignal(padded) } }),
  sealSignal: ({ channel, padded, ikm }) => bytes(sealSignal(drawing(ikm), channelOf(given(channel)), padded).bytes),
  openSignal({ channel, sealed }) {
    const padded = openSealed(primitives, channelOf(given(channel)), decodeSealed(sealed))
    return { $case: 'signal', value: { signal: parseSignal(padded) } }
  },
}
