/** Address discovery and mirror credentials (spec/05 section 11). */
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { join, same, unhex } from '../../literal/bytes.js'
import { ensureKept, Untestable } from '../../src/case.js'
import { call, type ResponseOf } from './calls.js'
import { timeOf } from './clock.js'
import { person } from './people.js'
import { random, type ServerCase, type ServerSubject } from './subject.js'

type IceServer = ResponseOf<'getIceServers'>['servers'][number]

async function iceServers(subject: ServerSubject): Promise<readonly IceServer[]> {
  const { token } = await person(subject, 'ann')
  return (await call(subject, 'getIceServers', {}, token)).servers
}

const isMirror = ({ urls }: IceServer): boolean => urls.some((url) => /^turns?:/.test(url))

const credentials: ServerCase = {
  id: 'server/mirror/credentials',
  title: 'two mirror credentials of one account do not match, and live a day at most',
  promises: ['M1'],
  rules: ['05-28'],
  explain:
    'Two credentials are drawn by one account. User names must share nothing but their end, name nobody, and end within 86,400 seconds. Without a mirror at this server there is nothing to look at.',
  async run(subject, seen) {
    const [first, second] = [(await iceServers(subject)).find(isMirror), (await iceServers(subject)).find(isMirror)]
    if (first === undefined || second === undefined)
      throw new Untestable('this server names no mirror, or no more in this hour')
    const now = (await timeOf(subject)) / 1000
    const marks = [first, second].map(({ username, credential, expiresAt, lifetime }) => {
      const [, end, mark] = /^(\d+):([A-Za-z0-9_-]{22})$/.exec(username) ?? []
      ensureKept(end !== undefined && mark !== undefined, `the user name is ${username}`)
      ensureKept(
        BigInt(end) === expiresAt && lifetime <= 86_400,
        `it ends at ${end} and ${expiresAt}, after ${lifetime} s`,
      )
      ensureKept(Number(end) - now <= 86_400 + 60 && Number(end) > now, `it ends ${Number(end) - now} s from now`)
      ensureKept(/^[A-Za-z0-9+/]{27}=$/.test(credential), 'the credential is no SHA-1 in base64')
      return Buffer.from(mark, 'base64url')
    })
    const [one, other] = marks as [Buffer, Buffer]
    const equal = [...one].filter((byte, at) => byte === other[at]).length
    seen.note(`${first.username} and ${second.username}`)
    ensureKept(equal < 4, `two user names of one account share ${equal} bytes of 16`)
    ensureKept(first.credential !== second.credential, 'two credentials are one')
  },
}

const COOKIE = unhex('2112a442')

/** A binding request, RFC 8489 section 5; resolves with what comes back within a second. */
async function binding(
  host: string,
  port: number,
  request: Uint8Array,
): Promise<{ answer: Buffer | undefined; own: number }> {
  const { address, family } = await lookup(host)
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  await new Promise<void>((resolve) => socket.bind(0, resolve))
  const own = socket.address().port
  try {
    const answer = await new Promise<Buffer | undefined>((resolve) => {
      socket.once('message', resolve)
      socket.send(request, port, address)
      setTimeout(() => resolve(undefined), 1_000)
    })
    return { answer, own }
  } finally {
    socket.close()
  }
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Of the host that the client talks to: it is sent to nobody else. */
function isOwn(url: string, { origin }: ServerSubject): boolean {
  const host = /^stun:(.+?)(:\d+)?$/.exec(url)?.[1] ?? ''
  const { hostname } = new URL(origin)
  return host === hostname || (LOOPBACK.includes(host) && LOOPBACK.includes(hostname))
}

const stun: ServerCase = {
  id: 'server/mirror/stun',
  title: 'the server tells a client the address that it is seen at, and answers nothing else',
  promises: ['T11'],
  rules: ['05-27'],
  explain:
    'A binding request is sent to the STUN server that GetIceServers names. The answer must carry its transaction and the own port; bytes that are no STUN, and a request without its cookie, must get no answer, and each STUN server must be of the same host as the origin.',
  async run(subject, seen) {
    const urls = (await iceServers(subject)).flatMap((server) => server.urls).filter((url) => url.startsWith('stun:'))
    const [, host, port] = /^stun:(.+):(\d+)$/.exec(urls[0] ?? '') ?? []
    if (host === undefined || port === undefined) throw new Untestable('this server names no STUN server')
    for (const url of urls) ensureKept(isOwn(url, subject), `${url} is another host than ${subject.origin}`)
    const transaction = random(12)
    const request = join(unhex('00010000'), COOKIE, transaction)
    const { answer, own } = await binding(host.replace(/^\[|\]$/g, ''), Number(port), request)
    ensureKept(answer !== undefined, `${urls[0]} does not answer`)
    seen.note(`${urls[0]} answered ${answer.toString('hex')} to port ${own}`)
    ensureKept(
      answer.readUInt16BE(0) === 0x0101 && same(answer.subarray(8, 20), transaction),
      'no answer to this request',
    )
    const at = answer.indexOf(unhex('0020000800'))
    if (at > 0) {
      const seenPort = answer.readUInt16BE(at + 6) ^ 0x2112
      const isHere = LOOPBACK.includes(new URL(subject.origin).hostname)
      ensureKept(!isHere || seenPort === own, `the port is told as ${seenPort}, and is ${own}`)
    }
    ensureKept(at > 0 || answer.indexOf(unhex('00200014')) > 0, 'no XOR-MAPPED-ADDRESS')
    const noise = [random(40), join(unhex('00010000'), random(16))]
    const answers = await Promise.all(noise.map((bytes) => binding(host.replace(/^\[|\]$/g, ''), Number(port), bytes)))
    ensureKept(
      answers.every((one) => one.answer === undefined),
      'it answers what is no STUN',
    )
  },
}

export const mirrorCases: readonly ServerCase[] = [credentials, stun]
