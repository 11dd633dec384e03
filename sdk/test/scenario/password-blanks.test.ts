/** Blanks at the ends of a password belong to it, at every door alike (spec/03 section 2): never a mix of two rules. */
import { expect, test } from 'vitest'
import { createSolo2 } from '../../src/client/solo2.js'
import { passing } from '../fixtures/people.js'
import { stillWorld } from '../fixtures/still-world.js'

const PLAIN = 'blue kettle 42'
/** As a person may paste it; each with the others that are the same password by NFKC. */
const SPELLINGS: readonly { readonly typed: string; readonly same: readonly string[] }[] = [
  { typed: PLAIN, same: [] },
  { typed: `  ${PLAIN}  `, same: [`\u00a0 ${PLAIN} \u3000`] },
  { typed: `${PLAIN}\u00a0`, same: [`${PLAIN} `] },
  { typed: `${PLAIN}\n`, same: [] },
]
const ALL = [...new Set([...SPELLINGS.flatMap(({ typed, same }) => [typed, ...same]), ` ${PLAIN}`, `${PLAIN}\r\n`])]

test.each(SPELLINGS)('[A2] $typed opens by itself at each door, and by no other spelling', async ({ typed, same }) => {
  const world = stillWorld()
  const device = world.device('ana')
  const solo2 = createSolo2(device.platform())
  const place = { server: world.server, username: 'ana' }
  const { me, words } = await passing(world, solo2.register({ ...place, displayName: 'Ana', password: typed }))
  await me.lock()

  const doors = {
    login: (password: string) =>
      createSolo2(world.device(`login ${password}`).platform()).login({ ...place, password }),
    unlock: (password: string) => solo2.unlock({ ...place, password }),
  }
  const verdicts = async (good: readonly string[]) => {
    for (const [door, open] of Object.entries(doors)) {
      for (const password of ALL) {
        const opened = await passing(world, open(password)).then(
          async (mine) => {
            await mine.lock()
            return true
          },
          (error: { code?: unknown }) => error.code,
        )
        expect({ door, password, opened }).toEqual({
          door,
          password,
          opened: good.includes(password) || 'wrong_password',
        })
      }
    }
  }
  await verdicts([typed, ...same])

  // The same rule where a new password is set: by the words, and by the old one.
  const recovered = await passing(world, solo2.recover({ ...place, words: words.join(' '), newPassword: `${PLAIN}\t` }))
  await recovered.lock()
  expect(await passing(world, solo2.unlock({ ...place, password: PLAIN })).catch(({ code }) => code)).toBe(
    'wrong_password',
  )
  const mine = await passing(world, solo2.unlock({ ...place, password: `${PLAIN}\t` }))
  await passing(world, mine.changePassword({ password: `${PLAIN}\t`, newPassword: typed }))
  await mine.lock()
  await verdicts([typed, ...same])
})
