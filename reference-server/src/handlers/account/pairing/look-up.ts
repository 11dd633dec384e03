import type { LookUpRequest, LookUpResponse } from '@solo2/proto/account'
import { type Member, type Services, toPerson } from '../services.js'
import { findPerson } from './find-person.js'

/** Somebody's public keys and name by their code. Few an hour, since an alias of 8 characters could be tried. */
export async function lookUp(request: LookUpRequest, member: Member, services: Services): Promise<LookUpResponse> {
  services.limits.lookUp.take(member.account.id)
  return { person: toPerson(await findPerson(request, member, services)) }
}
