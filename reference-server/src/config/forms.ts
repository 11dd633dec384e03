/** What a variable may hold: each form checks the text, and says in words what it takes for the reference page. */
import { z } from 'zod'
import type { Limit } from '../rules/rate-limit.js'

/** The metadata of a schema in this folder: a form says `takes`, a variable the rest. */
export interface Told {
  /** What may be written there. */
  readonly takes?: string
  /** What it does, as Markdown. */
  readonly description?: string
  /** What holds while it is not set, where that is no text. */
  readonly unset?: string
}

export const port = z
  .string()
  .regex(/^[0-9]{1,5}$/, 'is not a port')
  .transform(Number)
  .pipe(z.number().max(65_535, 'is not a port'))
  .meta({ takes: 'a port, 0 to 65535' })

export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `is below ${min}`).max(max, `is above ${max}`))
    .meta({ takes: `a whole number, ${min} to ${max}` })

const items = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

export const list = items.meta({ takes: 'a list with commas' })

/** A list each of whose items matches. */
export const listOf = (item: z.ZodType<string, string>) =>
  items.pipe(z.array(item)).meta({ takes: 'a list with commas' })

export const text = z.string().min(1, 'is empty').meta({ takes: 'text' })
export const path = z.string().min(1, 'is empty').meta({ takes: 'a path' })
export const secret = (min: number) =>
  z
    .string()
    .min(min, `is shorter than ${min} characters`)
    .meta({ takes: `a secret of at least ${min} characters` })
export const matching = (pattern: RegExp, problem: string, takes: string) =>
  z.string().regex(pattern, problem).meta({ takes })

/** "30/3600": at most 30 in any 3,600 seconds. */
export const limit = z
  .string()
  .regex(/^[1-9][0-9]{0,6}\/[1-9][0-9]{0,5}$/, 'is not COUNT/SECONDS')
  .transform((text): Limit => {
    const [max, seconds] = text.split('/').map(Number)
    return { max: max ?? 0, windowMs: (seconds ?? 0) * 1000 }
  })
  // Times of calls are kept as long as the window, and the published table says a day at most.
  .refine(({ windowMs }) => windowMs <= 86_400_000, 'is over a window longer than 86400 seconds')
  .meta({ takes: 'COUNT/SECONDS, 86400 seconds at most' })
