/** A chat in React: make an account or log in, pair, talk. The SDK holds the state; components listen to its events. */
import { type Contact, type Me, type MeEvents, type Message, Solo2, Solo2Error } from '@solo2/sdk'
import { type FormEvent, type JSX, useCallback, useEffect, useReducer, useState } from 'react'
import { createRoot } from 'react-dom/client'

/** Renders again with each of these events: contacts and requests are read where they are shown. */
function useEvents(me: Me, ...names: (keyof MeEvents)[]): void {
  const [, again] = useReducer((count: number) => count + 1, 0)
  const list = names.join()
  useEffect(() => {
    const stops = list.split(',').map((name) => me.on(name as keyof MeEvents, again))
    return () => {
      for (const stop of stops) stop()
    }
  }, [me, list])
}

/** A form's fields by name, and what its last try came to. */
function useForm(act: (fields: Record<string, string>) => Promise<unknown>) {
  const [status, setStatus] = useState('')
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const submitter = (event.nativeEvent as SubmitEvent).submitter
    const fields = Object.fromEntries(new FormData(form, submitter)) as Record<string, string>
    setStatus('One moment')
    act(fields).then(
      () => {
        setStatus('')
        form.reset()
      },
      (error: unknown) => setStatus(error instanceof Solo2Error ? error.code : 'a fault of this page'),
    )
  }
  return { onSubmit, status: <p role="status">{status}</p> }
}

function App(): JSX.Element {
  const [opened, setOpened] = useState<{ me: Me; words?: string[] }>()
  if (opened === undefined) return <Door onOpen={setOpened} />
  return <Home {...opened} />
}

function Door({ onOpen }: { onOpen(opened: { me: Me; words?: string[] }): void }): JSX.Element {
  const { onSubmit, status } = useForm(async ({ how, username = '', password = '' }) => {
    const account = { server: location.origin, username, password }
    if (how === 'login') onOpen({ me: await Solo2.login(account) })
    else onOpen(await Solo2.register({ ...account, displayName: username }))
  })
  return (
    <form onSubmit={onSubmit}>
      <input name="username" placeholder="User name" autoComplete="username" required />
      <input name="password" type="password" placeholder="Password" autoComplete="current-password" required />
      <button type="submit" name="how" value="login">
        Log in
      </button>
      <button type="submit" name="how" value="register">
        Make an account
      </button>
      {status}
    </form>
  )
}

function Home({ me, words }: { me: Me; words?: string[] }): JSX.Element {
  const [chosen, choose] = useState<string>()
  useEvents(me, 'requests', 'contact', 'presence', 'message')
  const { onSubmit, status } = useForm(async ({ code = '' }) => choose((await me.pair(code)).id))
  const contact = chosen === undefined ? undefined : me.contact(chosen)
  return (
    <main>
      <p>Your code: {me.pairingCode}</p>
      {words !== undefined && <p>Your words, shown only now: {words.join(' ')}</p>}
      {me.requests.map((request) => (
        <p key={request.id}>
          {request.displayName} would like to talk
          <button type="button" onClick={() => void request.accept().then(({ id }) => choose(id))}>
            Accept
          </button>
        </p>
      ))}
      <form onSubmit={onSubmit}>
        <input name="code" placeholder="Their code" required />
        <button type="submit">Ask</button>
        {status}
      </form>
      <nav>
        {me.contacts.map(({ id, displayName, state, unread }) => (
          <button type="button" key={id} onClick={() => choose(id)}>
            {displayName} ({state}
            {unread > 0 && `, ${unread} new`})
          </button>
        ))}
      </nav>
      {contact !== undefined && <Chat key={contact.id} me={me} contact={contact} />}
    </main>
  )
}

const MARKS: Partial<Record<Message['state'], string>> = { waiting: '…', sent: '…', delivered: '✓', read: '✓✓' }

function Chat({ me, contact }: { me: Me; contact: Contact }): JSX.Element {
  const [messages, setMessages] = useState<Message[]>([])
  const load = useCallback(async () => {
    const all = await contact.messages({ limit: 100 })
    setMessages(all)
    const last = all.findLast(({ outgoing }) => !outgoing)
    if (last !== undefined && contact.unread > 0) await contact.markRead(last.id)
  }, [contact])
  useEffect(() => {
    const onChange = () => void load()
    const stops = (['message', 'receipt', 'change', 'gone'] as const).map((name) => me.on(name, onChange))
    onChange()
    return () => {
      for (const stop of stops) stop()
    }
  }, [me, load])
  const { onSubmit, status } = useForm(({ text = '' }) => contact.send(text))
  return (
    <section>
      <h2>
        {contact.displayName}: {contact.state === 'connected' ? contact.path : contact.state}
      </h2>
      <ul>
        {messages.map(({ id, outgoing, state, body }) => (
          <li key={id}>
            {outgoing ? 'me' : contact.displayName}: {body.kind === 'text' ? body.text : `[${body.kind}]`}{' '}
            {MARKS[state]}
          </li>
        ))}
      </ul>
      <form onSubmit={onSubmit}>
        <input name="text" placeholder="Message" required />
        <button type="submit">Send</button>
        {status}
      </form>
    </section>
  )
}

createRoot(document.getElementById('app') as HTMLElement).render(<App />)
