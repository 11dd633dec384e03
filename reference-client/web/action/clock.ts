/** What the server's answers say of this device's clock. */
export interface ClockAction {
  readonly type: 'clock'
  readonly aheadMs: number
}
