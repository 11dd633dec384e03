/** spec/08. */
import {
  createInitiatorRatchet,
  createResponderRatchet,
  decodeFrame,
  deriveTurn,
  encodeFrame,
  open,
  type RatchetState,
  seal,
  stepChain,
} from '@solo2/sdk/core'
import { bytes, DONE, drawing, type Functions, given, primitives, wipe } from './functions.js'
import { endHandshake } from './handshake.js'

const sessions = new Map<number, RatchetState>()

export const ratchet: Functions<'stepChain' | 'stepRoot' | 'startRatchet' | 'sealFrame' | 'openFrame' | 'endSession'> =
  {
    stepChain: ({ chainKey }) => ({ $case: 'chainStepped', value: stepChain(primitives, chainKey) }),
    stepRoot({ rootKey, dh, ss, peerKey, key, peerKemKey, kemKey, kemCiphertext }) {
      const { root, chain } = deriveTurn(primitives, {
        root: rootKey,
        dh,
        kemSecret: ss,
        previous: { key: peerKey, kemKey: peerKemKey },
        next: { key, kemKey },
        kemCiphertext,
      })
      return { $case: 'rootStepped', value: { rootKey: root, chainKey: chain } }
    },
    startRatchet({ session, rootKey, key, kemKey, secret, kemSeed }) {
      const started =
        secret.length === 0
          ? createInitiatorRatchet({ rootKey, peerKeys: { key, kemKey } })
          : createResponderRatchet({ rootKey, ownKeys: { key, kemKey, secret, kemSeed } })
      sessions.set(session, started)
      return DONE
    },
    sealFrame({ session, plaintext, draws }) {
      const env = draws ? drawing(draws.secret, draws.kemSeed, draws.encapsulation) : drawing()
      const { state, message, spent } = seal(given(sessions.get(session)), plaintext, draws !== undefined, env)
      wipe(spent)
      sessions.set(session, state)
      return bytes(encodeFrame(message))
    },
    openFrame({ session, frame }) {
      const { state, plaintext, spent } = open(given(sessions.get(session)), decodeFrame(frame), drawing())
      wipe(spent)
      sessions.set(session, state)
      return bytes(plaintext)
    },
    endSession({ session }) {
      sessions.delete(session)
      endHandshake(session)
      return DONE
    },
  }
