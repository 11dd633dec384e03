/** Server processes that benches look at from outside: their CPU time and their memory, as Linux tells them. */
import { readdirSync, readFileSync } from 'node:fs'
import { DrawTicketsRequest, DrawTicketsResponse, RegisterRequest, RegisterResponse } from '@solo2/proto/account'
import { toBase64url } from '@solo2/sdk/shared'

const SERVICE = '/solo2.account.v1.AccountService/'

/** Milliseconds on a CPU, all threads that live. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  }
  return nanoseconds / 1e6
}

export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024
}

async function post(url: string, method: string, body: Uint8Array, token?: Uint8Array): Promise<Uint8Array> {
  const headers: Record<string, string> = { 'content-type': 'application/proto' }
  if (token !== undefined) headers['authorization'] = `Bearer ${toBase64url(token)}`
  const answer = await fetch(`${url}${SERVICE}${method}`, { method: 'POST', headers, body: Buffer.from(body) })
  if (answer.status !== 200) throw new Error(`${method}: ${answer.status} ${await answer.text()}`)
  return new Uint8Array(await answer.arrayBuffer())
}

/** The token of somebody new. */
export async function register(url: string, username: string): Promise<Uint8Array> {
  const request = {
    username,
    displayName: 'Somebody',
    authKey: new Uint8Array(32).fill(1),
    wrappedMasterKey: Uint8Array.from({ length: 80 }, (_, n) => (n < 2 ? 1 : 0)),
    recoveryFingerprint: new Uint8Array(32).fill(2),
    versions: [1],
  }
  const { session } = RegisterResponse.decode(await post(url, 'Register', RegisterRequest.encode(request).finish()))
  if (session === undefined) throw new Error('no session')
  return session.token
}

export async function drawTickets(url: string, token: Uint8Array, count: number): Promise<Uint8Array[]> {
  const body = DrawTicketsRequest.encode({ count }).finish()
  return DrawTicketsResponse.decode(await post(url, 'DrawTickets', body, token)).tickets
}
