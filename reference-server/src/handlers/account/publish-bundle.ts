import { IdentityBundle, type PublishBundleRequest, type PublishBundleResponse } from '@solo2/proto/account'
import { equal, Solo2Error, verifyBundle } from '@solo2/sdk/shared'
import { checked, publishBundleMeaning } from './meaning.js'
import { withPassword } from './secrets/with-password.js'
import { type Member, primitives, type Services } from './services.js'

/**
 * Publishes one's identity keys. The first bundle needs the session only, and publishing the same again changes nothing;
 * another one needs the password's key, since it makes contacts see an alarm.
 */
export async function publishBundle(
  request: PublishBundleRequest,
  member: Member,
  services: Services,
): Promise<PublishBundleResponse> {
  const { bundle, authKey } = checked(publishBundleMeaning, request)
  try {
    verifyBundle(primitives, bundle, member.account.alias)
  } catch (error) {
    if (!(error instanceof Solo2Error)) throw error
    throw new Solo2Error(error.code, `The bundle is refused: ${error.message}.`, { field: 'bundle' })
  }
  const encoded = IdentityBundle.encode(bundle).finish()
  const published = member.account.bundle
  if (published !== undefined && equal(published, encoded)) return {}
  if (published === undefined) await services.store.putBundle(member.account.id, encoded)
  else {
    await withPassword(authKey, member, services, ({ id, passwordVerifier }) =>
      services.store.putBundle(id, encoded, passwordVerifier),
    )
  }
  return {}
}
