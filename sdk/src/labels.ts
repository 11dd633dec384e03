/** Every label of the protocol, as ASCII bytes without a terminator (spec/00). One place, so that no two can collide. */
import { utf8 } from './bytes/bytes.js'

export const LABELS = {
  identity: utf8('Solo2 v1 identity'),
  /** Followed by a zero byte (spec/04). */
  identityBundle: utf8('Solo2 v1 identity bundle\0'),
  ownId: utf8('Solo2 v1 own id'),
  alias: utf8('Solo2 v1 alias'),
  auth: utf8('Solo2 v1 auth'),
  wrap: utf8('Solo2 v1 wrap'),
  masterKey: utf8('Solo2 v1 master key'),
  recovery: utf8('Solo2 v1 recovery'),
  vaultWrap: utf8('Solo2 v1 vault wrap'),
  vaultKey: utf8('Solo2 v1 vault key'),
  records: utf8('Solo2 v1 records '),
  backup: utf8('Solo2 v1 backup'),
  /** The first and the last bytes of a backup's file (spec/11). */
  backupMagic: utf8('Solo2 backup'),
  backupEnd: utf8('Solo2 backup end'),
  search: utf8('Solo2 v1 search'),
  pair: utf8('Solo2 v1 pair'),
  pairTopic: utf8('topic'),
  nextEpoch: utf8('Solo2 v1 next epoch'),
  topic: utf8('Solo2 v1 topic'),
  signalPsk: utf8('Solo2 v1 signal'),
  ownTopic: utf8('Solo2 v1 own topic'),
  rendezvous: utf8('Solo2 v1 rendezvous'),
  signal: utf8('Solo2 v1 signal'),
  tag: utf8('Solo2 v1 tag'),
  tunnel: utf8('Solo2 v1 tunnel'),
  tunnelKeys: utf8('Solo2 v1 tunnel keys'),
  move: utf8('Solo2 v1 move'),
  ownLink: utf8('Solo2 v1 own link'),
  ownSignal: utf8('Solo2 v1 own signal'),
  link: utf8('Solo2 v1 link'),
  turn: utf8('Solo2 v1 turn'),
} as const
