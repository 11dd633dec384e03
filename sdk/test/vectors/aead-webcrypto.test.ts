import { webCryptoAead } from '../fixtures/webcrypto.js'
import { aeadVectors } from './aead-suite.js'

aeadVectors('WebCrypto', webCryptoAead)
