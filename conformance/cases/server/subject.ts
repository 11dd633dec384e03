/** What the server's cases look with: its address, and people that are registered when somebody needs them. */
import type { Case } from '../../src/case.js'
import { flawsOf } from './flaws.js'
import { exchange, type HttpAnswer, type HttpRequest } from './http.js'
import type { Person } from './people.js'

export interface ServerSubject extends AsyncDisposable {
  /** `https://solo2.example`, without a path. */
  readonly origin: string
  /** By the part that they play. */
  readonly people: Map<string, Promise<Person>>
  /** What was wrong with the headers of an answer, of any case: the first of each kind. */
  readonly flaws: Set<string>
  /** How many answers were looked at for it. */
  answers: number
  /** Done last, newest first: accounts are deleted, sockets closed. */
  readonly endings: (() => Promise<void>)[]
}

export type ServerCase = Case<ServerSubject>

/**
 * Disposed of, it deletes the accounts that were made. Nothing is asked of the server before a case runs. `known`: people
 * who are there already, and stay.
 */
export function openServer(address: string, known: ReadonlyMap<string, Promise<Person>> = new Map()): ServerSubject {
  const endings: (() => Promise<void>)[] = []
  return {
    origin: new URL(address).origin,
    people: new Map(known),
    flaws: new Set(),
    answers: 0,
    endings,
    async [Symbol.asyncDispose]() {
      for (const ending of endings.splice(0).reverse()) await ending()
    },
  }
}

/** One request; the headers of each answer are looked at as well. Throws `Broken` if there is no answer. */
export async function ask(subject: ServerSubject, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await exchange(subject.origin, request)
  subject.answers += 1
  for (const flaw of flawsOf(answer, subject.origin)) {
    if (subject.flaws.size < 32)
      subject.flaws.add(`${request.method ?? 'POST'} ${request.path}, ${answer.status}: ${flaw}`)
  }
  return answer
}

/** Of every ticket, topic, key and name: nothing is used twice, in this run or another. */
export function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
