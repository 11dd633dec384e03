import { nodePrimitives } from '../../src/adapters/node/primitives.js'
import { primitivesVectors } from './primitives-suite.js'

primitivesVectors('node:crypto', nodePrimitives)
