/** Runs before each test file: what a file started ends with it. */
import { afterAll } from 'vitest'
import { endAll } from './harness.js'

afterAll(endAll)
