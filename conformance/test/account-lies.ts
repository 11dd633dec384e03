/** Lies on the account plane and of the page, each with the case that must see it. */
import {
  AnswerPairingRequest,
  GetIceServersResponse,
  ListSessionsResponse,
  LoginRequest,
  LookUpRequest,
  NewPairingCodeResponse,
  PreloginResponse,
  RegisterRequest,
  StartCheckoutResponse,
} from '@solo2/proto/account'
import type { Lie, Told } from './lying-proxy.js'

export interface ServerLie {
  readonly what: string
  readonly caughtBy: string
  /** Made anew for each run, since some remember. */
  lie(): Lie
}

const empty = (told: Partial<Told> = {}): Told => ({
  status: 200,
  headers: { 'content-type': 'application/proto', 'cache-control': 'no-store' },
  body: new Uint8Array(0),
  ...told,
})
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const edited = (told: Told, from: string | RegExp, to: string): Told => ({
  ...told,
  body: Buffer.from(Buffer.from(told.body).toString().replace(from, to)),
})

/** The cases call so whoever has no account. */
const isKnown = (body: Uint8Array): boolean => !LoginRequest.decode(body).username.toLowerCase().startsWith('c-xyz-')

export const ACCOUNT_LIES: readonly ServerLie[] = [
  {
    what: 'leaves out the Permissions-Policy of errors',
    caughtBy: 'server/headers/policy',
    lie: () => ({
      answer(_, told) {
        const { 'permissions-policy': dropped, ...headers } = told.headers
        return told.status < 400 ? told : { ...told, headers }
      },
    }),
  },
  {
    what: 'takes a wrapped master key of another version',
    caughtBy: 'server/names/taken',
    lie: () => ({
      answer: (asked, told) =>
        asked.name === 'Register' && RegisterRequest.decode(asked.body).wrappedMasterKey[0] !== 1 ? empty() : told,
    }),
  },
  {
    what: 'sets a cookie on the page',
    caughtBy: 'server/headers/policy',
    lie: () => ({
      answer: (asked, told) =>
        asked.name === '/' ? { ...told, headers: { ...told.headers, 'set-cookie': 'id=1' } } : told,
    }),
  },
  {
    what: 'loads a script from elsewhere',
    caughtBy: 'server/web/page',
    lie: () => ({
      answer: (asked, told) =>
        asked.name === '/'
          ? edited(told, '</head>', '<script src="https://count.example/c.js"></script></head>')
          : told,
    }),
  },
  {
    what: 'says of an unknown name that it is unknown',
    caughtBy: 'server/names/login-answer',
    lie: () => ({
      answer: (asked, told) =>
        asked.name === 'Login' && !isKnown(asked.body) ? edited(told, 'wrong', 'unknown') : told,
    }),
  },
  {
    what: 'takes longer for a name that it knows',
    caughtBy: 'server/names/prelogin-time',
    lie: () => ({
      async answer(asked, told) {
        if (asked.name === 'Prelogin' && isKnown(asked.body)) await sleep(60)
        return told
      },
    }),
  },
  {
    what: 'spares itself the work for a name that nobody has',
    caughtBy: 'server/names/login-time',
    lie: () => {
      let refusal: Told | undefined
      return {
        instead: (asked) => (asked.name === 'Login' && !isKnown(asked.body) ? refusal : undefined),
        answer(asked, told) {
          if (asked.name === 'Login' && told.status === 401) refusal = told
          return told
        },
      }
    },
  },
  {
    what: 'gives a name that nobody has another salt each time',
    caughtBy: 'server/names/prelogin-salt',
    lie: () => ({
      answer(asked, told) {
        if (asked.name !== 'Prelogin' || told.status !== 200 || isKnown(asked.body)) return told
        const { profile } = PreloginResponse.decode(told.body)
        const salt = crypto.getRandomValues(new Uint8Array(16))
        return { ...told, body: PreloginResponse.encode({ profile, salt }).finish() }
      },
    }),
  },
  {
    what: 'keeps a session that logged out',
    caughtBy: 'server/sessions/log-out',
    lie: () => ({ instead: ({ name }) => (name === 'Logout' ? empty() : undefined) }),
  },
  {
    what: 'lets sessions live longer than 24 hours',
    caughtBy: 'server/sessions/life',
    lie: () => ({
      answer(asked, told) {
        if (asked.name !== 'ListSessions' || told.status !== 200) return told
        const sessions = ListSessionsResponse.decode(told.body).sessions.map((one) => ({
          ...one,
          expiresAt: one.expiresAt + 1n,
        }))
        return { ...told, body: ListSessionsResponse.encode({ sessions }).finish() }
      },
    }),
  },
  {
    what: 'gives from a cache what somebody else asked for',
    caughtBy: 'server/sessions/apart',
    lie: () => {
      let cached: Told | undefined
      return {
        answer(asked, told) {
          if (asked.name === 'GetAccount' && told.status === 200) cached ??= told
          return asked.name === 'GetAccount' ? (cached ?? told) : told
        },
      }
    },
  },
  {
    what: 'still finds somebody by an old code',
    caughtBy: 'server/pairing/new-code',
    lie: () => {
      const current: string[] = []
      const first: string[] = []
      return {
        before(asked) {
          if (asked.name !== 'LookUp') return asked
          const { code } = LookUpRequest.decode(asked.body)
          if (first.length === 0) first.push(code)
          const now = code === first[0] ? (current[0] ?? code) : code
          return { ...asked, body: LookUpRequest.encode({ code: now }).finish() }
        },
        answer(asked, told) {
          if (asked.name === 'NewPairingCode')
            current.push(NewPairingCodeResponse.decode(told.body).account?.pairingCode ?? '')
          return told
        },
      }
    },
  },
  {
    what: 'tells an asker by another answer that a request was refused',
    caughtBy: 'server/pairing/silent',
    lie: () => {
      let isRefused = false
      return {
        answer(asked, told) {
          if (asked.name === 'AnswerPairing') isRefused ||= !AnswerPairingRequest.decode(asked.body).accept
          if (asked.name !== 'RequestPairing' || !isRefused) return told
          return { ...told, body: Uint8Array.of(...told.body, 0x10, 0x01) }
        },
      }
    },
  },
  {
    what: 'takes a push endpoint of its own network',
    caughtBy: 'server/profile/notifications',
    lie: () => ({
      instead: ({ name, body }) =>
        name === 'EnableNotifications' && Buffer.from(body).includes('https://10.') ? empty() : undefined,
    }),
  },
  {
    what: 'gives one mirror credential twice',
    caughtBy: 'server/mirror/credentials',
    lie: () => {
      let given: GetIceServersResponse | undefined
      return {
        answer(asked, told) {
          if (asked.name !== 'GetIceServers' || told.status !== 200) return told
          given ??= GetIceServersResponse.decode(told.body)
          return { ...told, body: GetIceServersResponse.encode(given).finish() }
        },
      }
    },
  },
  {
    what: 'keeps an account that was deleted',
    caughtBy: 'server/secrets/deletion',
    lie: () => {
      let tries = 0
      return { instead: ({ name }) => (name === 'DeleteAccount' && ++tries > 2 ? empty() : undefined) }
    },
  },
  {
    what: 'says no wait when a limit is reached',
    caughtBy: 'server/limits/look-up',
    lie: () => ({
      answer(_, told) {
        const { 'retry-after': dropped, ...headers } = told.headers
        return { ...told, headers }
      },
    }),
  },
  {
    what: 'fails at a truncated message',
    caughtBy: 'server/hostile/protobuf',
    lie: () => ({
      answer: (asked, told) =>
        Buffer.from(asked.body).toString('hex') === '0a20010203' ? { ...told, status: 500 } : told,
    }),
  },
  {
    what: 'takes a call of any content type',
    caughtBy: 'server/envelope/headers',
    lie: () => ({ answer: (asked, told) => (asked.name === 'Prelogin' && told.status === 415 ? empty() : told) }),
  },
  {
    what: 'tells the payment page who pays',
    caughtBy: 'server/payments/checkout',
    lie: () => ({
      answer(asked, told) {
        if (asked.name !== 'StartCheckout' || told.status !== 200) return told
        const { url, expiresAt } = StartCheckoutResponse.decode(told.body)
        return { ...told, body: StartCheckoutResponse.encode({ url: `${url}&who=dan`, expiresAt }).finish() }
      },
    }),
  },
  {
    what: 'credits what nobody signed',
    caughtBy: 'server/payments/webhook',
    lie: () => ({ answer: (asked, told) => (asked.name === '/v1/payments/webhook' ? { ...told, status: 200 } : told) }),
  },
]
