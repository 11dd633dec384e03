/**
 * What the account plane's speed is compared with, as a process: GetAccount by a bare uWebSockets.js handler and by
 * @connectrpc/connect-node, both with the same read of the same database.
 *
 *     tsx --conditions=source reference-server/bench/peers.ts KIND DATABASE MODULE-OF-PROTOC-GEN-ES
 */
import uws from 'uWebSockets.js'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { DescService } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { type Account, GetAccountResponse } from '@solo2/proto/account'
import { toAccount } from '../src/handlers/account/services.js'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'

const [, , kind, database = '', generated = ''] = process.argv
const store = createSqliteStore(database)
/** The server's defaults. */
const PLANS = { standard: 0, platinum: 0, trialDays: 30, graceDays: 14 }
const ready = (port: number) => process.send?.({ port })

async function read(authorization: string): Promise<Account | undefined> {
  const token = Buffer.from(authorization.slice('Bearer '.length), 'base64url')
  const hash = new Uint8Array(createHash('sha256').update(token).digest())
  const row = await store.accountBySession(hash, Math.floor(Date.now() / 1000))
  return row === undefined ? undefined : toAccount(row, { plans: PLANS })
}

if (kind === 'bare') {
  const app = uws.App()
  app.post('/*', (res, req) => {
    const authorization = req.getHeader('authorization')
    let aborted = false
    res.onAborted(() => {
      aborted = true
    })
    res.onData(async (_, last) => {
      if (!last) return
      const account = await read(authorization)
      if (aborted) return
      const body = GetAccountResponse.encode({ account }).finish()
      res.cork(() => {
        res.writeHeader('content-type', 'application/proto')
        res.end(body)
      })
    })
  })
  app.listen('127.0.0.1', 0, (socket) => {
    if (socket) ready(uws.us_socket_local_port(socket as never))
  })
} else {
  const { AccountService } = (await import(generated)) as { AccountService: DescService }
  const adapter = connectNodeAdapter({
    routes: (router) => {
      router.service(AccountService, {
        getAccount: async (_: unknown, context: { requestHeader: Headers }) => {
          const account = await read(context.requestHeader.get('authorization') ?? '')
          if (account === undefined) throw new ConnectError('no session', Code.Unauthenticated)
          return { account }
        },
      } as never)
    },
  })
  const server = createServer(adapter)
  server.listen(0, '127.0.0.1', () => ready((server.address() as { port: number }).port))
}
