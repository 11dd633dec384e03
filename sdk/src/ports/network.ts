/** Tells when this device may have lost its paths: another network, another address, or a sleep. */
export interface NetworkWatch {
  /** Calls after each such change, from now on; returns the way to stop. A call too many costs a try of another path. */
  onChange(listener: () => void): () => void
}
