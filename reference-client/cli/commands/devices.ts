/** devices, join: the own devices of an account (spec/07 section 12). */
import { hostname } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { type Me, type OwnDevice, Solo2, Solo2Error } from '@solo2/sdk/node'
import { type Command, type Context, until } from '../context.js'
import { sayAccount, showStage } from '../describe.js'
import type { Output } from '../output.js'
import { terminalLine } from '../terminal-text.js'
import { usageError } from '../usage.js'

export const devices: Command = async (context) => {
  const [what = 'list'] = context.operands
  const job = { list: (me: Me) => sayDevices(context.output, me), add, rename, remove }[what]
  if (job === undefined) throw usageError('devices, devices add, devices rename ID NAME, devices remove ID')
  const mayAsk = process.stdin.isTTY && process.stdout.isTTY
  if (job === add && !mayAsk && context.options.yes === undefined) throw usageError('--yes NAME is missing')
  const me = await context.unlock()
  try {
    await job(me, context)
  } finally {
    await me.lock()
  }
}

function sayDevices(output: Output, me: Me): void {
  for (const { id, name, current, connected, seenAt } of me.devices.list) {
    const seen = seenAt === 0 ? '' : `  met ${new Date(seenAt).toISOString()}`
    const text = `${id}  ${terminalLine(name) || '(no name)'}${current ? '  this one' : seen}`
    output.fact({ event: 'device', id, name, current, connected, seenAt }, text)
  }
}

/** The one device that is called so, or whose ID begins so. */
function deviceOf(me: Me, who: string): OwnDevice {
  const list = me.devices.list.filter(({ current }) => !current)
  const byName = list.filter(({ name }) => name === who)
  const byId = list.filter(({ id }) => /^[0-9a-f]{4,32}$/i.test(who) && id.startsWith(who.toLowerCase()))
  const [device, ...others] = byName.length > 0 ? byName : byId
  if (device === undefined) throw usageError('no such device: see `solo2 devices`')
  if (others.length > 0) throw usageError('several devices are called that: give the ID')
  return device
}

async function rename(me: Me, { output, operand }: Context): Promise<void> {
  await me.devices.rename(deviceOf(me, operand(1, 'the device')).id, operand(2, 'the new name'))
  sayDevices(output, me)
}

async function remove(me: Me, { output, operand }: Context): Promise<void> {
  await me.devices.remove(deviceOf(me, operand(1, 'the device')).id)
  sayDevices(output, me)
}

/** Shows a code, asks whether the device that knows it may come in, and stays until that one has gone again. */
async function add(me: Me, { output, options, signal }: Context): Promise<void> {
  const before = new Set(me.devices.list.map(({ id }) => id))
  const { words, qr, expiresAt, asked, approve, cancel } = await me.devices.invite()
  signal.addEventListener('abort', cancel)
  output.fact({ event: 'device_code', words, qr, expiresAt }, `On the new device: solo2 join ${words.join(' ')}`)
  const name = await asked
  output.fact({ event: 'device_asked', name }, `"${terminalLine(name)}" has shown the code.`)
  if (!(options.yes === undefined ? await isWanted(signal) : options.yes === name)) {
    cancel()
    throw new Solo2Error('cancelled', 'this device was not let in')
  }
  await approve()
  const guest = () => me.devices.list.find(({ id }) => !before.has(id))
  const isHere = () => guest()?.connected === true
  output.progress({ event: 'handing_over' }, 'handing over; stops when the new device goes, or with Ctrl-C')
  try {
    await until(
      (look) => me.on('devices', look),
      () => isHere() || undefined,
      signal,
    )
    await until(
      (look) => me.on('devices', look),
      () => !isHere() || undefined,
      signal,
    )
  } catch (error) {
    // It is in; what it lacks it gets at the next meeting.
    if (!(error instanceof Solo2Error) || error.code !== 'cancelled') throw error
  }
  sayDevices(output, me)
}

async function isWanted(signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (
      (await terminal.question('Let it in? It gets identity, contacts and messages. (yes/no) ', { signal })) === 'yes'
    )
  } finally {
    terminal.close()
  }
}

export const join: Command = async ({ options, output, signal, onClock, folders, credentials, operands }) => {
  if (operands.length === 0) throw usageError('the code is missing')
  const me = await Solo2.joinDevice({
    ...(await credentials(false)),
    code: operands.join(' '),
    deviceName: options.name ?? hostname(),
    ...folders,
    signal,
    onClock,
    onProgress: showStage(output),
  })
  try {
    let left: number | undefined
    await until(
      (look) =>
        me.on('sync', ({ remaining }) => {
          left = remaining
          output.progress({ event: 'sync', remaining }, `${remaining} items still to come`)
          look()
        }),
      () => (left === 0 ? true : undefined),
      signal,
    )
    sayAccount(output, me, 'joined', { contacts: me.contacts.length })
  } finally {
    await me.lock()
  }
}
