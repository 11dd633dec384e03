import { type Contact, type Me, Solo2, Solo2Error } from '@solo2/sdk'

const find = (id: string) => document.getElementById(id) as HTMLElement
const field = (form: string, name: string) =>
  find(form).querySelector<HTMLInputElement>(`[name=${name}]`) as HTMLInputElement

function onSubmit(form: string, act: () => Promise<void>): void {
  find(form).addEventListener('submit', (event) => {
    event.preventDefault()
    tell('...')
    act().then(
      () => tell(''),
      (error: unknown) => tell(error instanceof Solo2Error ? error.code : 'a fault of this page'),
    )
  })
}

function tell(text: string): void {
  find('status').textContent = text
}

function show(form: string): void {
  for (const id of ['door', 'pair', 'talk']) find(id).hidden = id !== form
}

onSubmit('door', async () => {
  const [username, password] = [field('door', 'username').value, field('door', 'password').value]
  const { me, words } = await Solo2.register({ server: location.origin, username, password, displayName: username })
  find('code').textContent = me.pairingCode
  find('words').textContent = words.join(' ')
  show('pair')
  meet(me)
})

function meet(me: Me): void {
  me.on('requests', ([request]) => void request?.accept().then(talk))
  onSubmit('pair', async () => talk(await me.pair(field('pair', 'code').value)))
}

async function talk(contact: Contact): Promise<void> {
  const tunnel = await contact.connect()
  const showPath = () => {
    find('path').textContent = `${contact.displayName}, ${tunnel.path}`
  }
  const say = (who: string, text: string) => {
    const line = document.createElement('li')
    // Text, never HTML: it is another person's.
    line.textContent = `${who}: ${text}`
    find('said').append(line)
  }
  tunnel.on('path', showPath)
  tunnel.on('message', ({ outgoing, body }) => {
    if (!outgoing && body.kind === 'text') say(contact.displayName, body.text)
  })
  onSubmit('talk', async () => {
    const { value } = field('talk', 'text')
    await tunnel.send(value)
    say('me', value)
    field('talk', 'text').value = ''
  })
  showPath()
  show('talk')
}
