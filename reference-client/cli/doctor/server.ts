/** The way to the server, step by step: its name, its port, its certificate, its answer, its time. */
import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { clockText } from '../clock.js'
import { WAIT_MS } from './exchange.js'
import { type Finding, looksAt, reasonOf } from './finding.js'

const DAY_MS = 86_400_000
const EXPIRES_SOON_DAYS = 14
/** From here on a clock is called wrong (05-94). */
const CLOCK_WRONG_MS = 300_000
const PAGE_BYTES = 4_096

async function checkName(host: string): Promise<Finding> {
  const { fine, problem } = looksAt('name')
  try {
    const found = await lookup(host, { all: true })
    return fine(`${host} is ${found.map(({ address }) => address).join(', ')}`)
  } catch (error) {
    const remedy = 'compare the address; without any network, or behind a sign-in page, no name is found either'
    return problem(`${host} is not found: ${reasonOf(error)}`, remedy)
  }
}

function checkTcp(host: string, port: number): Promise<Finding> {
  const { fine, problem } = looksAt('tcp')
  const begun = performance.now()
  return new Promise((resolve) => {
    const socket = connectTcp(port, host)
    const end = (finding: Finding) => {
      socket.destroy()
      resolve(finding)
    }
    socket.setTimeout(WAIT_MS, () => socket.destroy(new Error('no answer in time')))
    socket.once('connect', () =>
      end(fine(`TCP ${port} answers after ${Math.round(performance.now() - begun)} ms, at ${socket.remoteAddress}`)),
    )
    socket.once('error', (error) => {
      const isRefused = reasonOf(error) === 'ECONNREFUSED'
      const remedy = isRefused
        ? 'compare the port; no server runs there now'
        : 'a firewall may be between: try another network'
      end(problem(`TCP ${port} does not answer: ${reasonOf(error)}`, remedy))
    })
  })
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.')

/** `isAgreed`: something can be said over it, trusted or not. */
function checkTls(host: string, port: number): Promise<{ readonly tls: Finding; readonly isAgreed: boolean }> {
  const { fine, warning, problem } = looksAt('tls')
  return new Promise((resolve) => {
    // Looked at without trust: nothing is said on it.
    const options = { host, port, rejectUnauthorized: false, ...(/[^\d.:]/.test(host) && { servername: host }) }
    const socket = connectTls(options)
    const end = (tls: Finding, isAgreed = true) => {
      socket.destroy()
      resolve({ tls, isAgreed })
    }
    socket.setTimeout(WAIT_MS, () => socket.destroy(new Error('no answer in time')))
    socket.once('secureConnect', () => {
      const days = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / DAY_MS)
      const holds = `${socket.getProtocol()}; the certificate holds ${days} days more`
      if (!socket.authorized) {
        const remedy = "look at this device's clock; a network that opens what is encrypted shows itself so too"
        end(problem(`the certificate is not trusted: ${reasonOf(socket.authorizationError)}; ${holds}`, remedy))
      } else if (days < EXPIRES_SOON_DAYS) end(warning(holds, 'tell who runs the server'))
      else end(fine(holds))
    })
    socket.once('error', (error) => {
      end(problem(`TLS is not agreed on: ${reasonOf(error)}`, 'compare https: and http:, and the port'), false)
    })
  })
}

interface Page {
  readonly status: number
  readonly body: string
  /** Its clock is ahead of it by so much; undefined: no time was told. */
  readonly aheadMs: number | undefined
}

/** Nothing secret goes along, so that a certificate that is not trusted still tells what is there. */
function getHealth(origin: string): Promise<Page> {
  const asked = Date.now()
  return new Promise((resolve, reject) => {
    const request = origin.startsWith('https:') ? requestHttps : requestHttp
    const call = request(
      `${origin}/health`,
      { rejectUnauthorized: false, agent: false, timeout: WAIT_MS },
      (response) => {
        let body = ''
        // The header has whole seconds.
        const middle = (asked + Date.now()) / 2 - 500
        const told = Date.parse(response.headers.date ?? '')
        const aheadMs = Number.isNaN(told) ? undefined : middle - told
        response.on('data', (part: Buffer) => {
          if (body.length < PAGE_BYTES) body += part.toString('latin1')
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, aheadMs }))
        response.on('error', reject)
      },
    )
    call.on('timeout', () => call.destroy(new Error('no answer in time')))
    call.on('error', reject)
    call.end()
  })
}

function checkClock(aheadMs: number | undefined): Finding {
  const { fine, problem, untried } = looksAt('clock')
  if (aheadMs === undefined) return untried('the server tells no time')
  if (Math.abs(aheadMs) >= CLOCK_WRONG_MS) return problem(clockText({ aheadMs }), 'set its date, time and time zone')
  return fine(`this device's clock and the server's differ by about ${Math.round(Math.abs(aheadMs) / 1_000)} s`)
}

async function checkHttp(origin: string): Promise<Finding[]> {
  const { fine, problem } = looksAt('http')
  try {
    const { status, body, aheadMs } = await getHealth(origin)
    if (status === 200 && body.trim() === 'ok') return [fine('it answers as a Solo2 server'), checkClock(aheadMs)]
    const remedy = 'compare the address; where a network wants a sign-in, open a page in a browser first'
    return [problem(`something else answers there, with ${status}`, remedy), checkClock(undefined)]
  } catch (error) {
    const remedy = 'a proxy or firewall may be between: try another network'
    return [problem(`it does not answer: ${reasonOf(error)}`, remedy), looksAt('clock').untried('it does not answer')]
  }
}

/** Each step that fails leaves those behind it untried. */
export async function checkServer(origin: string): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(origin)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isTls = protocol === 'https:'
  const number = port === '' ? (isTls ? 443 : 80) : Number(port)
  const name = await checkName(host)
  if (name.level === 'problem') return [name]
  const tcp = await checkTcp(host, number)
  if (tcp.level === 'problem') return [name, tcp]
  if (isTls) {
    const { tls, isAgreed } = await checkTls(host, number)
    return [name, tcp, tls, ...(isAgreed ? await checkHttp(origin) : [])]
  }
  const { fine, warning } = looksAt('tls')
  const tls = isLoopback(host)
    ? fine('no TLS, and none is needed on this machine')
    : warning('no TLS: what goes to the account plane can be read on the way', 'use the https: address')
  return [name, tcp, tls, ...(await checkHttp(origin))]
}
