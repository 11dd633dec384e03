import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the folder of the built page (setup.ts). */
    networkPage: string
  }
}

/** The folder that the page of people in browsers is in. */
export async function builtPage(): Promise<string> {
  const answer = await fetch(inject('networkPage'))
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}
