/**
 * SDP of a signal (spec/06 section 10): a list of what may stand in it, since a browser's parser takes far more. What
 * Chromium, Firefox and libdatachannel make for one data channel passes; anything else is `bad_sdp`.
 */
import { utf8 } from '../bytes/bytes.js'
import { ensure, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'

export type SdpType = 'offer' | 'answer'

export interface CheckedSdp {
  /** SHA-256 fingerprint of the DTLS certificate, as upper-case hex pairs joined by colons. */
  readonly fingerprint: string
  readonly candidates: number
}

type Count = Map<string, number>

/** Lines longer than this stand in no honest SDP of one data channel. */
const LINE_LENGTH = 300

const TOKEN = /^[\x21-\x7e]{1,256}$/
const FINGERPRINT = /^sha-256 [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}$/
const FINGERPRINT_LINE = 'a=fingerprint:'
const M_LINE = /^application \d{1,5} (?:UDP|TCP)\/DTLS\/SCTP webrtc-datachannel$/
const ORIGIN = /^\S{1,64} \d{1,20} \d{1,20} IN IP[46] [0-9a-fA-F.:]{2,45}$/
const CONNECTION = /^IN IP(?:4 [0-9.]{7,15}|6 [0-9a-fA-F:.]{2,45})$/
/**
 * RFC 8839 section 5.1: foundation, component 1, transport, priority, address, port, type, then name and value pairs.
 * An address is IPv4, IPv6 (so it holds a colon) or an mDNS name: any other name would be asked of a name server.
 */
const CANDIDATE =
  /^[A-Za-z0-9+/]{1,32} 1 (?:udp|tcp) \d{1,10} (?:[0-9.]{7,15}|(?=[0-9a-f.]*:)[0-9a-f:.]{2,45}|[0-9a-z-]{1,63}\.local) \d{1,5} typ (?:host|srflx|prflx|relay)((?: (?:raddr|rport|tcptype|generation|ufrag|network-id|network-cost) [0-9a-z.:+/-]{1,64})*)$/i

/** Attributes that stand before or in the media section, with the form of their value. */
const ATTRIBUTES: { readonly [name: string]: RegExp } = {
  group: /^BUNDLE [A-Za-z0-9_-]{1,16}$/,
  'msid-semantic': /^ ?WMS(?: \*)?$/,
  'ice-options': /^(?:trickle|ice2|renomination)(?:[ ,](?:trickle|ice2|renomination))*$/,
  'ice-ufrag': /^[A-Za-z0-9+/]{4,256}$/,
  'ice-pwd': /^[A-Za-z0-9+/]{22,256}$/,
  fingerprint: FINGERPRINT,
  setup: /^(?:actpass|active|passive)$/,
  mid: /^[A-Za-z0-9_-]{1,16}$/,
  'sctp-port': /^\d{1,5}$/,
  'max-message-size': /^\d{1,10}$/,
  candidate: CANDIDATE,
}

const FLAGS = new Set(['extmap-allow-mixed', 'sendrecv', 'end-of-candidates'])

/** Attributes that may stand twice: candidates, and what libraries write on both levels. */
const REPEATED = new Set(['candidate', 'sendrecv', 'ice-options', 'end-of-candidates', 'extmap-allow-mixed'])

/**
 * Throws `bad_sdp` unless `sdp` describes one data channel: at most 3,500 bytes, one `m=application`, one sha-256
 * fingerprint, one ICE user name and password, at most 24 candidates, and no line that is not in the list.
 */
export function checkSdp(sdp: string, type: SdpType): CheckedSdp {
  bad(sdp.length <= PROTOCOL.SDP_BYTES && utf8(sdp).length <= PROTOCOL.SDP_BYTES, 'longer than the limit')
  bad(sdp.endsWith('\r\n'), 'the last line does not end')
  const lines = sdp.slice(0, -2).split('\r\n')
  const count: Count = new Map()
  lines.forEach((line, index) => {
    bad(line.length <= LINE_LENGTH && /^[a-z]=/.test(line), 'not an SDP line')
    const kind = line[0] as string
    const value = line.slice(2)
    const expected = 'vost'[index]
    if (expected !== undefined) bad(kind === expected, 'its first lines are not v, o, s, t')
    checkLine(kind, value, count, index)
  })
  for (const name of ['m', 'c', 'fingerprint', 'setup', 'mid', 'ice-ufrag', 'ice-pwd', 'sctp-port']) {
    bad(count.get(name) === 1, 'a line is missing or doubled')
  }
  const setup = lines.find((line) => line.startsWith('a=setup:'))
  bad((setup === 'a=setup:actpass') === (type === 'offer'), 'the DTLS role does not fit')
  const candidates = count.get('candidate') ?? 0
  bad(candidates <= PROTOCOL.SDP_CANDIDATES, 'more candidates than the limit')
  const fingerprint = lines.find((line) => line.startsWith(FINGERPRINT_LINE)) as string
  return { fingerprint: fingerprint.slice(fingerprint.indexOf(' ') + 1).toUpperCase(), candidates }
}

function checkLine(kind: string, value: string, count: Count, index: number): void {
  switch (kind) {
    case 'v':
      bad(index === 0 && value === '0', 'not version 0')
      break
    case 'o':
      bad(index === 1 && ORIGIN.test(value), 'not an origin')
      break
    case 's':
      bad(index === 2 && TOKEN.test(value), 'not a session name')
      break
    case 't':
      bad(index === 3 && value === '0 0', 'not a lasting session')
      break
    case 'm':
      bad(M_LINE.test(value) && once(count, 'm'), 'not one data channel')
      break
    case 'c':
      bad(count.has('m') && CONNECTION.test(value) && once(count, 'c'), 'not one connection line')
      break
    case 'a':
      checkAttribute(value, count)
      break
    default:
      bad(false, 'a kind of line that no data channel needs')
  }
}

function checkAttribute(attribute: string, count: Count): void {
  const colon = attribute.indexOf(':')
  const name = colon < 0 ? attribute : attribute.slice(0, colon)
  if (colon < 0) bad(FLAGS.has(name), 'an attribute that no data channel needs')
  else {
    const form = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
    const value = attribute.slice(colon + 1)
    bad(form?.test(value), 'an attribute that no data channel needs')
    if (name === 'candidate') bad(count.has('m') && portsFit(value), 'a candidate without a port')
    if (name === 'sctp-port') bad(isPort(value), 'not a port')
    if (name === 'max-message-size') bad(holdsFrame(Number(value)), 'its messages are smaller than a frame')
  }
  bad(once(count, name) || REPEATED.has(name), 'an attribute is doubled')
}

function once(count: Count, name: string): boolean {
  const seen = count.get(name) ?? 0
  count.set(name, seen + 1)
  return seen === 0
}

/** 0 means no limit (RFC 8841 section 6). */
function holdsFrame(size: number): boolean {
  return size === 0 || size >= PROTOCOL.FRAME_SIZE
}

function isPort(text: string): boolean {
  const port = Number(text)
  return port >= 1 && port <= 65_535
}

function portsFit(candidate: string): boolean {
  const related = / rport (\S+)/.exec(candidate)?.[1]
  return isPort(candidate.split(' ')[5] as string) && (related === undefined || /^\d{1,5}$/.test(related))
}

function bad(condition: unknown, message: string): asserts condition {
  ensure(condition, 'bad_sdp', message)
}

/**
 * One's own SDP with relay candidates only, and without the addresses that come beside them: the related one of a candidate,
 * the session's origin, the default connection, and what kind of network it is (06-74).
 */
export function withoutAddresses(sdp: string): string {
  return sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') || / typ relay(?: |$)/.test(line))
    .map((line) =>
      line
        .replace(/^(a=candidate:.*? raddr )\S+( rport )\S+/, '$10.0.0.0$20')
        .replace(/^(a=candidate:.*?)(?: network-(?:id|cost) \S+)+/, '$1')
        .replace(/^(o=\S+ \S+ \S+) IN IP[46] \S+$/, '$1 IN IP4 0.0.0.0')
        .replace(/^c=IN IP[46] \S+$/, 'c=IN IP4 0.0.0.0'),
    )
    .join('\r\n')
}

/**
 * Drops candidates of one's own SDP until it keeps the limits: first TCP ones, then by ascending priority, but one of
 * each type (host, srflx, relay) stays. Throws `bad_sdp` if it does not fit without any.
 */
export function fitSdp(sdp: string): string {
  let lines = sdp.split('\r\n')
  for (;;) {
    const text = lines.join('\r\n')
    const candidates = lines.filter((line) => line.startsWith('a=candidate:'))
    if (candidates.length <= PROTOCOL.SDP_CANDIDATES && utf8(text).length <= PROTOCOL.SDP_BYTES) return text
    const spare = leastUseful(candidates)
    if (spare === undefined) throw new Solo2Error('bad_sdp', 'longer than the limit without candidates')
    lines = lines.filter((line) => line !== spare)
  }
}

function leastUseful(candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((line) => {
    const [, , transport = '', priority = '', , , , type = ''] = line.split(' ')
    return { line, type, tcp: transport.toLowerCase() === 'tcp', priority: Number(priority) }
  })
  const doubled = ranked.filter(({ line, type, tcp }) => tcp || ranked.some((r) => r.type === type && r.line !== line))
  const pool = doubled.length > 0 ? doubled : ranked
  return pool.sort((a, b) => Number(b.tcp) - Number(a.tcp) || a.priority - b.priority)[0]?.line
}
