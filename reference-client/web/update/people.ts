/** Contacts, requests and pairing. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { ContactView, State } from '../state.js'
import { parted } from '../talk.js'
import { invitationCode } from '../text.js'
import { contactOf, go } from './route.js'

const still = (state: State): Step<State> => [state, []]
const withContact = (state: State, contact: ContactView): State => ({
  ...state,
  contacts: { ...state.contacts, [contact.id]: contact },
})

function busy(state: State, request: string, value: boolean): State {
  return { ...state, requests: state.requests.map((one) => (one.id === request ? { ...one, busy: value } : one)) }
}

export function updatePeople(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'requests': {
      const working = new Set(state.requests.filter((one) => one.busy).map((one) => one.id))
      return [{ ...state, requests: action.requests.map((one) => ({ ...one, busy: working.has(one.id) })) }, []]
    }
    case 'accept':
      return [busy(state, action.request, true), [{ type: 'accept', request: action.request }]]
    case 'refuse':
      return [busy(state, action.request, true), [{ type: 'refuse', request: action.request }]]
    case 'answered': {
      const less = { ...state, requests: state.requests.filter((one) => one.id !== action.request) }
      if (action.contact === undefined) return [less, []]
      return go(withContact(less, action.contact), { screen: 'conversation', contact: action.contact.id })
    }
    case 'answer_failed': {
      const notice = { key: action.key, problem: action.problem }
      return [{ ...busy(state, action.request, false), notices: [...state.notices, notice] }, []]
    }
    case 'contact':
      return [withContact(state, action.contact), []]
    case 'contact_removed': {
      const { [action.contact]: _contact, ...contacts } = state.contacts
      const { [action.contact]: _conversation, ...conversations } = state.conversations
      const talk = parted(state.talk, action.contact)
      const spoken = state.spoken?.contact === action.contact ? undefined : state.spoken
      const less = { ...state, contacts, conversations, talk, spoken }
      return contactOf(state.route) === action.contact ? go(less, { screen: 'home' }) : [less, []]
    }
    case 'pair':
      if (state.pairing.stage === 'sending') return still(state)
      return [{ ...state, pairing: { stage: 'sending', code: action.code } }, [{ type: 'pair', code: action.code }]]
    case 'pair_invited': {
      if (state.pairing.stage === 'sending') return still(state)
      const pairing = { stage: 'sending', code: invitationCode(action.link) ?? '' } as const
      return [{ ...state, pairing, invited: undefined }, [action]]
    }
    case 'invited_dropped':
      return [{ ...state, invited: undefined }, []]
    case 'invite':
    case 'invite_cancel':
    case 'verify':
      return [state, [action]]
    case 'invitations':
      return [state.account === undefined ? state : { ...state, invitations: action.invitations }, []]
    case 'pair_stage': {
      const { pairing } = state
      if (pairing.stage === 'idle' || action.stage === 'accepted') return still(state)
      return [{ ...state, pairing: { stage: 'asked', code: pairing.code } }, []]
    }
    case 'paired': {
      const known = withContact(state, action.contact)
      if (state.pairing.stage === 'idle') return [known, []]
      const pairing = { stage: 'accepted', code: state.pairing.code, contact: action.contact.id } as const
      return [{ ...known, pairing }, []]
    }
    case 'pair_failed': {
      const { pairing } = state
      if (pairing.stage === 'idle') return still(state)
      return [{ ...state, pairing: { stage: 'idle', problem: action.problem, code: pairing.code } }, []]
    }
    case 'pair_again':
      return [{ ...state, pairing: { stage: 'idle' } }, []]
    case 'path': {
      const { [action.contact]: _old, ...others } = state.paths
      if (action.path === undefined) return [{ ...state, paths: others }, []]
      return [{ ...state, paths: { ...others, [action.contact]: action.path } }, []]
    }
    case 'facts': {
      const { [action.contact]: _old, ...others } = state.facts
      const facts = action.facts === undefined ? others : { ...others, [action.contact]: action.facts }
      return [{ ...state, facts, now: action.now }, []]
    }
    case 'accept_devices':
      return [state, [action]]
    default:
      return undefined
  }
}
