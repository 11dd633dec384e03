import { webAead } from '../../src/adapters/web-aead.js'
import { aeadVectors } from './aead-suite.js'

aeadVectors('WebCrypto', webAead)
