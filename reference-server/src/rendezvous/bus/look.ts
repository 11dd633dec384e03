/** A look at NATS that subscribes to nothing and says nothing. */
import { AuthorizationError, connect } from '@nats-io/transport-node'
import { type NatsAddress, natsOptions } from './nats.js'

/** What NATS tells of itself; `refused`: it answers, and not to this user. Undefined if it does not answer. */
export async function lookAtNats(address: NatsAddress): Promise<{ keeps: boolean } | 'refused' | undefined> {
  try {
    const connection = await connect({ ...natsOptions(address), reconnect: false })
    const { info } = connection
    await connection.close()
    return { keeps: info?.jetstream === true }
  } catch (error) {
    return error instanceof AuthorizationError ? 'refused' : undefined
  }
}
