import type { z } from 'zod'

const utf8 = new TextDecoder()

/**
 * What a message's bytes say, or null when they are no JSON or not what the schema wants. Never throws: on a bus that
 * strangers share, anything may arrive.
 */
export function parseJson<T>(schema: z.ZodType<T>, data: Uint8Array): T | null {
  try {
    return schema.safeParse(JSON.parse(utf8.decode(data))).data ?? null
  } catch {
    return null
  }
}

/** What bytes say whose author is known, unchecked; null when they are no JSON. */
export function readJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(data))
  } catch {
    return null
  }
}
