/** Paths to this device: own addresses, the one that others see, and the mirror. */
import type { GivenIceServers, IceServer, NetworkChoices, Transport } from '@solo2/sdk/node'
import { type Finding, looksAt, reasonOf } from './finding.js'
import { talkToOneself } from './loopback.js'
import type { Mapped } from './stun.js'
import { type Asker, asker, type Heard, type Mirror, readServers } from './ways.js'

const TELL = 'tell who runs the server'
const OTHER_NETWORK = 'try another network, such as that of a phone'

/** Addresses of the host candidates, as this program would offer them to a contact. */
export function hostAddresses(sdp: string): string[] {
  const lines = sdp.matchAll(/^a=candidate:(?:\S+ ){4}(\S+) \d+ typ host/gm)
  return [...new Set([...lines].map(([, address = '']) => address))]
}

export async function checkHost(transport: Transport): Promise<Finding> {
  const { fine, problem } = looksAt('host')
  const events = { onOpen() {}, onMessage() {}, onDrain() {}, onPath() {}, onClose() {} }
  const peer = transport.connect({ role: 'offerer', iceServers: [] }, events)
  try {
    const found = hostAddresses(await peer.createOffer())
    if (found.length === 0) return problem('no own network address is found', 'check the connection of this device')
    const six = found.filter((address) => address.includes(':')).length
    return fine(`${found.length - six} of IPv4 and ${six} of IPv6: ${found.join(', ')}`)
  } catch (error) {
    return problem(`own addresses are not found: ${reasonOf(error)}`, 'install this program anew')
  } finally {
    peer.close()
  }
}

/** Whether WebRTC's native part works at all. */
export async function checkWebRtc(transport: Transport): Promise<Finding> {
  const { fine, problem } = looksAt('webrtc')
  if (await talkToOneself(transport, { iceServers: [] })) {
    return fine('two ends inside this program open a data channel')
  }
  const remedy = 'let the firewall of this machine pass UDP between programs on it, or install this program anew'
  return problem('two ends inside this program open no data channel', remedy)
}

/** `lacksRelay`: no other way is left, so that silence is the end of it. */
function ofReflexive(heard: readonly (Mapped | undefined)[], lacksRelay: boolean): Finding[] {
  const { fine, warning, problem, untried } = looksAt('reflexive')
  if (heard.length === 0) return [untried('the server names nobody who tells the own public address')]
  const seen = heard.filter((mapped) => mapped !== undefined)
  const [first] = seen
  if (first === undefined) {
    const text = 'no answer over UDP: this device does not learn the address that others see'
    return [lacksRelay ? problem(text, OTHER_NETWORK) : warning(text, OTHER_NETWORK)]
  }
  const found = fine(`others see this device at ${first.address}, port ${first.port}`)
  const second = seen.find(({ address }, n) => n > 0 && address.includes(':') === first.address.includes(':'))
  if (second === undefined) return [found]
  const mapping = looksAt('mapping')
  if (first.address === second.address && first.port === second.port) {
    return [found, mapping.fine('the same for whoever asks: direct paths have a chance')]
  }
  const text = 'each who asks sees another one: direct paths seldom open, and the mirror is needed'
  return [found, mapping.warning(text, OTHER_NETWORK)]
}

const REFUSALS: Readonly<Record<number, string>> = {
  401: "it refuses the server's credential",
  403: 'it forbids the allocation',
  486: 'its quota is used up',
  508: 'it has no room left',
}

function ofRelay({ by, host, port }: Mirror, heard: Heard): Finding[] {
  const look = looksAt(`relay_${by}`)
  const place = `${host}, ${by.toUpperCase()} ${port}`
  const outcome = 'outcome' in heard ? heard.outcome : 'silent'
  if (outcome === 'allocated') return [look.fine(`the mirror relays at ${place}`)]
  if (outcome !== 'silent') {
    const text = REFUSALS[outcome] ?? `it refuses with ${outcome}`
    const remedy = `try later; if it stays so, ${TELL}`
    return [look.fine(`the mirror answers at ${place}`), looksAt('credential').problem(text, remedy)]
  }
  const text = `the mirror does not answer at ${place}${'reason' in heard ? `: ${heard.reason}` : ''}`
  // This program goes by UDP only; a browser has the other ways too.
  return [
    by === 'udp'
      ? look.problem(text, OTHER_NETWORK)
      : look.warning(text, `only browsers go this way: ${OTHER_NETWORK}`),
  ]
}

async function checkRelayed(transport: Transport, servers: readonly IceServer[]): Promise<Finding> {
  const { fine, problem } = looksAt('relayed')
  if (await talkToOneself(transport, { iceServers: servers, relayOnly: true })) {
    return fine('two ends inside this program open a data channel through the mirror')
  }
  return problem('no data channel opens through the mirror', `${TELL}: its relay ports may be shut`)
}

function withoutMirror(mirrorAfterMs: number, paths: NetworkChoices['paths']): Finding[] {
  const { warning, untried } = looksAt('mirror')
  if (mirrorAfterMs > 0) {
    const minutes = Math.ceil(mirrorAfterMs / 60_000)
    return [untried('this account used up its credentials of the mirror', `again in ${minutes} minutes`)]
  }
  const text = 'this server has no mirror: where one of two networks blocks direct connections, no tunnel opens'
  const none = warning(text, 'ask who runs the server for one, if a contact is not reached')
  if (paths === 'any') return [none]
  return [none, looksAt('choice').problem('paths through the mirror were chosen', '`solo2 network --paths any`')]
}

/** Of what the account's server names, and of nobody else [T11]. */
export async function checkPaths(
  transport: Transport,
  { servers, mirrorAfterMs }: GivenIceServers,
  paths: NetworkChoices['paths'],
  ask: Asker = asker,
): Promise<Finding[]> {
  const { stun, mirrors } = readServers(servers)
  const [heard, relays] = await Promise.all([
    ask.addresses(stun),
    Promise.all(mirrors.map(async (mirror) => ofRelay(mirror, await ask.relay(mirror)))),
  ])
  const found = relays.flat()
  const overUdp = found.filter(({ check }) => check === 'relay_udp')
  const isRefused = found.some(({ check }) => check === 'credential')
  const canRelay = overUdp.some(({ level }) => level === 'fine') && !isRefused
  const reflexive = ofReflexive(heard, !canRelay && mirrorAfterMs === 0)
  if (mirrors.length === 0) return [...reflexive, ...withoutMirror(mirrorAfterMs, paths)]
  const noUdp = looksAt('relay_udp').problem('the mirror is named for TCP only, and this program goes by UDP', TELL)
  return [
    ...reflexive,
    looksAt('mirror').fine('the server has a mirror'),
    ...(overUdp.length > 0 ? [] : [noUdp]),
    ...found,
    ...(canRelay ? [await checkRelayed(transport, servers)] : []),
  ]
}
