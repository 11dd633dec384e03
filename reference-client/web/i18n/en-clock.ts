/** A wrong clock, in English. */
export const clock = {
  ahead: (by: string) => `This device's clock is ${by} ahead of the server's.`,
  behind: (by: string) => `This device's clock is ${by} behind the server's.`,
  meaning: 'Message times, disappearing messages and the ends of invitations go by it.',
  meeting: 'You and your contacts may not find each other.',
  todo: 'Set its date, time and time zone. If they are right, the server is wrong: nothing here follows it.',
}
