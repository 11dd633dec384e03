/**
 * Introductions beside other signalling servers: CPU time of the server process for a relayed signal and for a socket's
 * life, and its memory for an idle socket. The generator's own time is never counted.
 */
import type { BenchCase, BenchGroup, Fact, FactGroup } from '../../tools/bench/harness.js'
import { median } from '../../tools/bench/harness.js'
import { type Contender, type Seat, startContenders } from './contenders.js'
import { cpuMs, residentBytes } from './processes.js'

const SUBJECT = 'Solo2 server'
/** So many that none of them reaches the rate that the server allows to one socket. */
const SEATS = 1_000
/** Signals under way: the server always finds some when it has done its turn. */
const WINDOW = 256
/** Sockets that live at the same time. */
const LIVES = 16

const running: Contender[] = []
const seated: Seat[] = []

async function stopAll(): Promise<void> {
  for (const { socket } of seated.splice(0)) socket.destroy()
  for (const contender of running.splice(0)) await contender.stop()
}

/** All seats of all pairs, and how to be told what arrives. */
async function fill(contender: Contender) {
  let arrived: (bytes: number) => void = () => {}
  const seats: Seat[] = []
  while (seats.length < SEATS) {
    const from = seats.length
    const some = Array.from({ length: 50 }, (_, n) => contender.sit(from + n, (bytes) => arrived(bytes)))
    seats.push(...(await Promise.all(some)))
  }
  seated.push(...seats)
  await Promise.all(seats.map(({ socket }) => socket.settled()))
  const onArrival = (listener: (bytes: number) => void) => {
    arrived = listener
  }
  return { seats, onArrival }
}

async function relaying(contender: Contender): Promise<BenchCase[]> {
  const { seats, onArrival } = await fill(contender)
  let turn = 0
  const relay: BenchCase = {
    name: contender.name,
    unit: 'signals',
    clock: () => cpuMs(contender.pid),
    run: (count) =>
      new Promise((resolve) => {
        let left = count
        let expected = 0
        let received = 0
        const next = () => {
          left -= 1
          const seat = seats[turn++ % seats.length] as Seat
          expected += seat.arriving
          seat.socket.send(seat.signal)
        }
        const size = (seats[0] as Seat).arriving
        onArrival((bytes) => {
          const before = Math.floor(received / size)
          received += bytes
          for (let done = Math.floor(received / size) - before; done > 0 && left > 0; done--) next()
          if (left === 0 && received === expected) resolve(count)
        })
        for (let n = Math.min(WINDOW, count); n > 0; n--) next()
      }),
  }
  return [relay]
}

async function live(contender: Contender, count: number): Promise<void> {
  let left = count
  const lane = async (seat: number) => {
    while (left-- > 0) await (await contender.sit(seat)).socket.close()
  }
  await Promise.all(Array.from({ length: Math.min(LIVES, count) }, (_, n) => lane(2 * n)))
}

function living(contender: Contender): BenchCase[] {
  const { name, pid, stock } = contender
  /** Spent on what was drawn in advance. */
  let apart = 0
  const socket: BenchCase = {
    name,
    unit: 'sockets',
    clock: () => cpuMs(pid) - apart,
    async run(count) {
      const before = cpuMs(pid)
      await stock?.(count)
      apart += cpuMs(pid) - before
      await live(contender, count)
      return count
    },
  }
  if (stock === undefined) return [socket]
  const drawing: BenchCase = {
    name: `${name}, each ticket drawn too`,
    unit: 'sockets',
    clock: () => cpuMs(pid),
    async run(count) {
      await live(contender, count)
      return count
    },
  }
  return [socket, drawing]
}

async function cases(make: (contender: Contender) => BenchCase[] | Promise<BenchCase[]>): Promise<BenchCase[]> {
  const made: BenchCase[] = []
  for await (const contender of startContenders()) {
    running.push(contender)
    made.push(...(await make(contender)))
  }
  return made
}

export const groups: readonly BenchGroup[] = [
  {
    title: 'introductions: signals of 4 KiB relayed, saturated, by seconds of CPU time of the server process',
    subject: SUBJECT,
    prepare: () => cases(relaying),
    close: stopAll,
  },
  {
    title: "introductions: a socket's life (set-up, join, close), by seconds of CPU time of the server process",
    subject: SUBJECT,
    prepare: () => cases(living),
    close: stopAll,
  },
]

const FEW = 2_000
const MANY = 10_000
const MEMORY_ROUNDS = 3

/** On SIGUSR2 a whole collection, so that what is resident is what is in use. A small young generation leaves little to chance. */
const COLLECTING = `import{setFlagsFromString}from'node:v8';import{runInNewContext}from'node:vm';setFlagsFromString('--expose-gc');const gc=runInNewContext('gc');process.on('SIGUSR2',()=>gc())`
const NODE_OPTIONS = `--max-semi-space-size=1 --import=data:text/javascript,${encodeURIComponent(COLLECTING)}`

async function settled(pid: number, isNode: boolean): Promise<number> {
  for (let before = residentBytes(pid); ; ) {
    if (isNode) process.kill(pid, 'SIGUSR2')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const now = residentBytes(pid)
    if (Math.abs(now - before) < 128 * 1_024) return now
    before = now
  }
}

/** Slope, each socket alone in its pair: what the process grows by once is not counted. */
async function idleBytes(contender: Contender): Promise<number> {
  const seats: Seat[] = []
  const openUntil = async (count: number) => {
    while (seats.length < count) {
      const from = seats.length
      seats.push(...(await Promise.all(Array.from({ length: 50 }, (_, n) => contender.sit(2 * (from + n))))))
    }
    return settled(contender.pid, !contender.name.startsWith('nats'))
  }
  // What the engine compiles, and what it then throws away, is no socket's.
  await live(contender, MANY)
  await contender.stock?.(MANY)
  const few = await openUntil(FEW)
  const all = await openUntil(MANY)
  for (const { socket } of seats) socket.destroy()
  return (all - few) / (MANY - FEW)
}

async function idleSockets(): Promise<readonly Fact[]> {
  const bytes = new Map<string, number[]>()
  for (let round = 0; round < MEMORY_ROUNDS; round++) {
    for await (const contender of startContenders(NODE_OPTIONS)) {
      const samples = bytes.get(contender.name) ?? []
      bytes.set(contender.name, [...samples, await idleBytes(contender)])
      await contender.stop()
    }
  }
  const ours = bytes.get(SUBJECT) ?? []
  return [...bytes].flatMap(([name, samples]) => {
    const own = { name: `an idle socket, ${name}`, value: median(samples), unit: 'bytes', samples }
    if (name === SUBJECT) return [own]
    const ratios = samples.map((sample, round) => (ours[round] ?? Number.NaN) / sample)
    return [own, { name: `${SUBJECT} has so much of it`, value: median(ratios), unit: 'times', samples: ratios }]
  })
}

export const facts: readonly FactGroup[] = [
  {
    title: 'introductions: memory of the server process for an idle socket, slope from 2,000 to 10,000',
    measure: idleSockets,
  },
]
