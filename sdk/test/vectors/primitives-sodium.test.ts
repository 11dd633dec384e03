import { loadSodium } from '../../src/adapters/sodium.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import { primitivesVectors } from './primitives-suite.js'

primitivesVectors('libsodium', { ...noblePrimitives, ...(await loadSodium(noblePrimitives)) })
