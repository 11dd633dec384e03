/**
 * What servers of one cluster tell each other, as an interface (spec/decisions/0013): about a topic to those that have it
 * too, to one server, or to all. Memory only, at most once, in the order of each sender.
 */

/** Bytes of a server's name: random, another one at each start. */
export const NAME_SIZE = 12

/** Another server, as long as it is heard of; one that was lost and comes back is another neighbour. */
export interface Neighbour {
  readonly name: Uint8Array
  isHere: boolean
}

/** `message` is overwritten when the call returns. */
export type Heard = (from: Neighbour, message: Uint8Array) => void

/** Stops hearing. */
export type Ear = () => void

/** Carries messages. What is told is taken over: overwritten when it is on its way. Nothing is kept while it is down. */
export interface Wire {
  readonly isUp: boolean
  /** To be called once, before anything else. */
  start(events: WireEvents): void
  hear(topic: Uint8Array, heard: (from: Uint8Array, message: Uint8Array) => void): Ear
  tell(topic: Uint8Array, message: Uint8Array): void
  send(server: Uint8Array, message: Uint8Array): void
  broadcast(message: Uint8Array): void
  /** Resolves when what was told before is with its hearers, or on its way to them. */
  flush(): Promise<void>
  close(): Promise<void>
}

export interface WireEvents {
  /** What was sent to this server or to all. `from`: the sender's name. */
  heard(from: Uint8Array, message: Uint8Array): void
  /** Also at the first time. */
  up(): void
  down(): void
}

export interface Bus {
  /** This server's name. */
  readonly name: Uint8Array
  /** Down: this server is on its own until the wire is back, and tries by itself. */
  readonly isUp: boolean
  /** Servers that are heard now, without this one. */
  readonly neighbours: number
  find(name: Uint8Array): Neighbour | undefined
  hear(topic: Uint8Array, heard: Heard): Ear
  tell(topic: Uint8Array, message: Uint8Array): void
  send(to: Neighbour, message: Uint8Array): void
  broadcast(message: Uint8Array): void
  /** What is sent to this server or to all, by the message's first byte; one listener each. */
  on(kind: number, heard: Heard): void
  /** Others have forgotten what this server told them: all of it is to be told again. */
  onForgotten(tell: () => void): void
  /** A server came that was not there before. */
  onNeighbour(tell: (neighbour: Neighbour) => void): void
  /** Once a second: says that this server is here, and drops neighbours that have been silent. */
  beat(): void
  flush(): Promise<void>
  /** Says that this server leaves. */
  close(): Promise<void>
}
