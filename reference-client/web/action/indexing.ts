/** The search index is being made anew. */
export interface IndexingAction {
  readonly type: 'indexing'
  readonly done: number
  readonly total: number
}
