/** Every key that a log line may have, as data: nothing else can be logged. spec/05 section 10 holds the same table. */
export const LOG_KEYS = {
  time: 'when, ISO 8601',
  event: 'what happened: started, stopped, refused, failed, push',
  method: 'method of the account plane, or "introduction"',
  code: 'code of spec/13, or what became of a notification',
  from: 'fingerprint of the client (05-21)',
  port: 'own TCP port',
  stun: 'own UDP port',
  error: 'class of an error, never its text',
  at: 'where in the server’s own code it came from',
} as const

export type LogKey = keyof typeof LOG_KEYS
