/**
 * One process of a testee: a request in, an answer out, and whatever else it does is trouble. Trouble is told once, as the
 * reason of a broken case, and ends the process and all that it started; nothing that a child does can hold up the runner.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Broken } from '../case.js'
import { framed, Overlong, Unframer } from './framing.js'

export interface ChildLimits {
  /** From its start to its declaration, in milliseconds. */
  readonly startMs: number
  /** From a request to the answer. */
  readonly answerMs: number
  /** From the end of its stdin to its own end. */
  readonly endMs: number
  /** Of one message from it. */
  readonly messageBytes: number
}

/** Of what it prints, so much is told. */
const SHOWN = 300
const STDERR_MAX = 65_536
/** What is printed comes in pieces: so long is waited for the rest of it before it is told. */
const PRINTING_MS = 150

interface Waiting {
  readonly resolve: (message: Uint8Array) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

export class Child {
  readonly #process: ChildProcess
  readonly #limits: ChildLimits
  readonly #unframer: Unframer
  readonly #gone: Promise<string>
  #waiting: Waiting | undefined
  #early: Uint8Array | undefined
  #printed = ''
  #trouble: string | undefined
  #told = false
  #ending = false

  constructor(command: readonly string[], limits: ChildLimits) {
    const [program = '', ...args] = command
    this.#limits = limits
    this.#unframer = new Unframer(limits.messageBytes)
    // A group of its own, so that what a wrapper such as npx or sh started ends with it.
    this.#process = spawn(program, args, { stdio: 'pipe', detached: process.platform !== 'win32' })
    const { stdin, stdout, stderr } = this.#process
    stdin?.on('error', () => undefined)
    stdout?.on('data', (chunk: Buffer) => this.#take(chunk))
    stderr?.on('data', (chunk: Buffer) => this.#hear(chunk))
    this.#gone = new Promise((resolve) => {
      this.#process.on('error', (error) => resolve(`cannot be started: ${error.message}`))
      this.#process.on('exit', () => this.kill())
      this.#process.on('close', (code, signal) =>
        resolve(code === null ? `ended by ${signal}` : `ended with exit code ${code}`),
      )
    })
    void this.#gone.then((how) => {
      if (!this.#ending) this.#fail(this.#printed === '' ? `it ${how}` : `it ${how} and printed ${this.#shown()}`)
    })
  }

  /** Its trouble was told as the reason of a case: the next one needs another process. */
  get isOver(): boolean {
    return this.#told
  }

  /** Its first message. */
  declaration(): Promise<Uint8Array> {
    return this.#next('it said nothing about itself', this.#limits.startMs)
  }

  ask(request: Uint8Array): Promise<Uint8Array> {
    this.ensureQuiet()
    const answer = this.#next('no answer', this.#limits.answerMs)
    this.#process.stdin?.write(framed(request))
    return answer
  }

  /** Throws `Broken` if it said or printed something that nobody asked for. */
  ensureQuiet(): void {
    if (this.#trouble === undefined && this.#early !== undefined) this.#fail('it sent a message that nobody asked for')
    if (this.#trouble === undefined && this.#printed !== '') this.#fail(`it printed on stderr: ${this.#shown()}`)
    if (this.#trouble !== undefined) throw this.#tell(this.#trouble)
  }

  /** Ends its stdin, upon which it must end by itself, with exit code 0 and without another word. */
  async end(): Promise<void> {
    this.ensureQuiet()
    this.#ending = true
    this.#process.stdin?.end()
    const how = await Promise.race([this.#gone, after(this.#limits.endMs)])
    if (how !== 'ended with exit code 0') this.#fail(`its stdin ended, and it ${how ?? 'went on'}`)
    if (this.#unframer.pending > 0) this.#fail('it ended in the middle of a message')
    this.ensureQuiet()
    this.#told = true
  }

  /** For a reason that was told already. */
  abandon(): void {
    this.#fail('given up')
    this.#told = true
  }

  kill(): void {
    const { pid } = this.#process
    if (pid === undefined) return
    try {
      if (process.platform === 'win32') this.#process.kill('SIGKILL')
      else process.kill(-pid, 'SIGKILL')
    } catch {
      // Nothing of it runs any more.
    }
  }

  #next(lack: string, ms: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#trouble !== undefined) return reject(this.#tell(this.#trouble))
      const early = this.#early
      this.#early = undefined
      if (early !== undefined) return resolve(early)
      const timer = setTimeout(() => this.#fail(`${lack} within ${ms / 1_000} s`), ms)
      this.#waiting = { resolve, reject, timer }
    })
  }

  #take(chunk: Buffer): void {
    if (this.#trouble !== undefined) return
    try {
      for (const message of this.#unframer.push(chunk)) this.#give(message)
    } catch (error) {
      this.#fail(error instanceof Overlong ? error.message : String(error))
    }
  }

  #give(message: Uint8Array): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting !== undefined) {
      clearTimeout(waiting.timer)
      waiting.resolve(message)
    } else if (this.#early === undefined) this.#early = message
    else this.#fail('it sent messages that nobody asked for')
  }

  #hear(chunk: Buffer): void {
    if (this.#printed === '')
      setTimeout(() => this.#fail(`it printed on stderr: ${this.#shown()}`), PRINTING_MS).unref()
    this.#printed += chunk.toString('latin1')
    if (this.#printed.length > STDERR_MAX) this.#fail(`it printed without end on stderr: ${this.#shown()}`)
  }

  /** Beginning and end of what it printed: the reason stands here in one language, there in another. */
  #shown(): string {
    const text = this.#printed.trim()
    const isLong = text.length > 2 * SHOWN
    return JSON.stringify(isLong ? `${text.slice(0, SHOWN)} […] ${text.slice(-SHOWN)}` : text)
  }

  #fail(reason: string): void {
    if (this.#trouble !== undefined) return
    this.#trouble = reason
    this.kill()
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) return
    clearTimeout(waiting.timer)
    waiting.reject(this.#tell(reason))
  }

  #tell(reason: string): Broken {
    this.#told = true
    return new Broken(reason)
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, undefined).unref()
  })
}
