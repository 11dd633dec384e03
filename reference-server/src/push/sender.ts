/**
 * One notification to one push service. The endpoint came from a client, so nothing of it is trusted: only hosts of the
 * list, only public addresses, no redirect, no proxy, no more of the answer than its head (spec/05 section 16).
 */
import { lookup } from 'node:dns/promises'
import { request as httpRequest, type RequestOptions } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../rules/public-address.js'
import { pushEndpoint } from '../rules/push-endpoint.js'
import { outcomeOf, type PushOutcome } from '../rules/push-outcome.js'
import { pushRequest } from './request.js'
import type { PushTarget } from './target.js'
import type { VapidKeys } from './vapid.js'

/** From the start of the call to the head of its answer. */
const ANSWER_MS = 10_000
/** Bytes of an answer's head. */
const HEAD_MAX = 8_192

export interface Resolved {
  readonly address: string
  readonly family: number
}

export interface PushSenderOptions {
  readonly vapid: VapidKeys
  readonly contact: string
  /** Hosts that the operator named beside the known ones. */
  readonly hosts: readonly string[]
  /** Unix milliseconds. */
  now(): number
  /** Default: the system's. */
  resolve?(host: string): Promise<readonly Resolved[]>
  /** Default: 10,000 ms. */
  readonly answerMs?: number
}

export interface PushSender {
  /** Never rejects. */
  send(target: PushTarget): Promise<PushOutcome>
}

class NotPublic extends Error {}

/** Name resolution that gives public addresses only: what is connected to is what was checked. */
function publicOnly(resolve: (host: string) => Promise<readonly Resolved[]>): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const [first, ...more] = found.filter(({ address }) => isPublicAddress(address))
        if (first === undefined) callback(new NotPublic(), '', 0)
        else if (options.all === true) callback(null, [first, ...more])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

export function createPushSender(options: PushSenderOptions): PushSender {
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true }))
  /** Its own: the global one may have been given a proxy by the environment. */
  const agent = new Agent({ keepAlive: false })

  function call(url: URL, request: RequestOptions, body: Uint8Array): Promise<PushOutcome> {
    return new Promise((settle) => {
      const secure = url.protocol === 'https:'
      const open = secure ? httpsRequest : httpRequest
      const call = open(url, { ...request, method: 'POST', maxHeaderSize: HEAD_MAX, agent: secure ? agent : false })
      const end = (outcome: PushOutcome) => {
        clearTimeout(timer)
        settle(outcome)
        call.destroy()
      }
      const timer = setTimeout(() => end({ kind: 'failed', why: 'network' }), options.answerMs ?? ANSWER_MS)
      call.on('response', ({ statusCode = 0, headers }) => {
        end(outcomeOf(statusCode, headers['retry-after'], options.now()))
      })
      call.on('error', (error) => {
        end({ kind: 'failed', why: error instanceof NotPublic ? 'address' : 'network' })
      })
      call.end(body)
    })
  }

  return {
    async send(target) {
      // Judged again: the list may be another one than when the row was written.
      const endpoint = pushEndpoint(target.endpoint, options.hosts)
      if (endpoint === undefined) return { kind: 'failed', why: 'address' }
      const { headers, body } = pushRequest(target, options.vapid, options.contact)
      return call(endpoint.url, endpoint.listed ? { headers } : { headers, lookup: publicOnly(resolve) }, body)
    },
  }
}
