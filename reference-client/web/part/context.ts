import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Action } from '../action.js'

export const DispatchContext = createContext<(action: Action) => void>(() => {})

export function useDispatch(): (action: Action) => void {
  return useContext(DispatchContext)
}
