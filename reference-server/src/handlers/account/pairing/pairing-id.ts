/**
 * The name of a pairing request towards its recipient: made from the row under the server's secret, so that the row
 * needs no further column and the requester's internal identifier stays inside.
 */
import type { PairingRow } from '../../../store/port.js'
import { keyed, type Services } from '../services.js'

const ID_BYTES = 18

/** 24 characters of base64url. */
export function pairingId(services: Services, request: PairingRow): string {
  const name = `${request.requester} ${request.recipient} ${request.createdAt}`
  return Buffer.from(keyed(services, 'pairing', name).subarray(0, ID_BYTES)).toString('base64url')
}
