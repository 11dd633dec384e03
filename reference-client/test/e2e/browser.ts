/** Chromium for tests: the machine's own, with a profile of its own, asking nobody outside. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
]

const FAKE_DEVICES = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

const cameraFlags = (film: string): string[] => [...FAKE_DEVICES, `--use-file-for-fake-video-capture=${film}`]

export interface Window {
  readonly context: BrowserContext
  readonly page: Page
  /** Addresses of every request that went to another origin than the page's. */
  readonly foreign: string[]
  /** Addresses of every STUN or TURN server that a connection of the page was given. */
  iceServers(): Promise<string[]>
  /** What the page's console and its policy complained about. */
  readonly complaints: string[]
  /** Its folder on disk. */
  readonly profile: string
  /** Ends the browser; the profile stays until `close`. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** One browser process with a fresh profile and one page. */
export async function openWindow(
  origin: string,
  options: {
    readonly width?: number
    readonly height?: number
    readonly scheme?: 'light' | 'dark'
    readonly touch?: boolean
    readonly reducedMotion?: boolean
    /** A film in place of a camera (Y4M). */
    readonly camera?: string
    /** One that beeps, and is allowed without a question. */
    readonly microphone?: boolean
    /** One that is there already. */
    readonly profile?: string
    /** The same engine without what a browser has around its pages, which costs a fifth: for looks at the made-up client only. */
    readonly bare?: boolean
  } = {},
): Promise<Window> {
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'solo2-profile-')))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath:
      options.bare === true ? '/usr/bin/chromium-headless-shell' : (process.env['CHROMIUM'] ?? '/usr/bin/chromium'),
    args: [
      ...FLAGS,
      ...(options.camera === undefined ? [] : cameraFlags(options.camera)),
      ...(options.microphone === true ? FAKE_DEVICES : []),
    ],
    baseURL: origin,
    viewport: { width: options.width ?? 1_440, height: options.height ?? 900 },
    colorScheme: options.scheme ?? 'light',
    reducedMotion: options.reducedMotion === false ? 'no-preference' : 'reduce',
    hasTouch: options.touch ?? false,
    acceptDownloads: true,
    locale: 'en-GB',
  })
  await context.addInitScript(recordIceServers)
  const page = context.pages()[0] ?? (await context.newPage())
  const foreign: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => {
    const url = request.url()
    // What never leaves the browser has no host.
    if (/^(blob|data|about|chrome-extension):/u.test(url)) return
    if (new URL(url).host !== new URL(origin).host) foreign.push(url)
  })
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) foreign.push(socket.url())
  })
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return {
    context,
    page,
    foreign,
    complaints,
    iceServers: () => page.evaluate(() => globalThis.givenIceServers ?? []),
    profile,
    stop: () => context.close(),
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

declare global {
  var givenIceServers: string[] | undefined
}

/** Runs in the page before its scripts: its policy does not fence WebRTC, so what connections are given is recorded. */
function recordIceServers(): void {
  const given: string[] = []
  globalThis.givenIceServers = given
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      given.push(...(configuration?.iceServers ?? [{ urls: 'the default' }]).flatMap(({ urls }) => urls))
    }
  }
}
