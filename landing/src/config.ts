/** Configuration: environment variables, each checked by zod. */
import { z } from 'zod'

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `is below ${min}`).max(max, `is above ${max}`))

const PREFIX = 'LANDING_'

const variables = z.strictObject({
  /** Address to listen on; a proxy in front ends TLS. */
  LANDING_HOST: z.string().min(1).default('127.0.0.1'),
  /** TCP port; 0 takes a free one. */
  LANDING_PORT: whole(0, 65_535).prefault('8480'),
  /** Folder of the counts. */
  LANDING_DATA: z.string().min(1).default('./.solo2-landing'),
  /** Origin of the app: another one than this. */
  LANDING_APP: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+$/, 'is not an origin')
    .default('http://localhost:8470'),
  /** Address of the sources, with a slash at the end: links to README and specification begin with it. Otherwise the page gives them itself. */
  LANDING_SOURCES: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.:/[\]_-]+\/$/, 'is not an address with a slash at the end')
    .optional(),
  /** Counts of days before that are deleted. */
  LANDING_KEEP_DAYS: whole(1, 3_650).prefault('400'),
})

export type Config = z.infer<typeof variables>

/** Throws with a line for each variable that is wrong or not known. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const own = Object.entries(environment).filter(([name, value]) => name.startsWith(PREFIX) && value !== undefined)
  const result = variables.safeParse(Object.fromEntries(own))
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')}: no such setting`
      : `${issue.path.join('.')} ${issue.message}`,
  )
  throw new Error(lines.join('\n'))
}
