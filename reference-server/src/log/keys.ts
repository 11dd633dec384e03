/** Every key that a log line may have, as data: nothing else can be logged. spec/05 section 10 holds the same table. */
export const LOG_KEYS = {
  time: 'when, ISO 8601',
  event:
    'what happened: started, freed_memory_stays (06-71), test_clock_on (05-160), bus_lost, bus_back, certificate_taken, certificate_refused, stopped, refused, failed, push, administered',
  method: 'method of the account plane, "introduction", or an administrator’s action',
  code: 'code of spec/13, or what became of a notification',
  from: 'fingerprint of the client (05-21)',
  port: 'own TCP port',
  stun: 'own UDP port',
  metrics: 'own TCP port of the metrics',
  error: 'class of an error, never its text',
  reason: 'why an administrator did it, in their own words, or a certificate was refused, in ours',
  account: 'keyed fingerprint of the account that an administrator changed (05-66)',
  at: 'where in the server’s own code it came from',
} as const

export type LogKey = keyof typeof LOG_KEYS
