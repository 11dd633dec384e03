/**
 * The shape of every state machine in the core: state goes in and comes out, refused input throws and so returns no
 * state. The caller stores `state`, then wipes `spent`, then performs `outputs`.
 */
export interface Step<State, Output> {
  readonly state: State
  readonly outputs: readonly Output[]
  /** Secrets that this step used up; the caller overwrites them once the new state is safe. */
  readonly spent: readonly Uint8Array[]
}
