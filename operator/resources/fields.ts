import { z } from 'zod'
import { Address } from '../../protocol/ids.ts'

// What goes out is plain text of these forms. The protocol's own schemas turn text into branded types, which is for
// what comes in.
export const Hash = z.string().describe('32 bytes: 0x and 64 hexadecimal digits')
export const AddressText = z.string().describe('0x and 40 hexadecimal digits')
export const AmountText = z.string().describe('Smallest units of the token, in decimal')
export const AgentIdText = z.string().describe('ERC-8004 token id, in decimal')
export const TimeMs = z.int().describe('Milliseconds since 1970-01-01T00:00Z')

/** A page of a list; `next` is null on the last one. */
export const pageOf = <T extends z.ZodType>(name: string, item: T) =>
  z
    .object({ items: z.array(item), next: z.string().nullable().describe('Send as the parameter that the list names') })
    .meta({ id: `${name}Page` })

/** Splits off the one item more than a page holds, which was read only to know whether there is a next page. */
export function toPage<T>(found: T[], limit: number, keyOf: (item: T) => string | number) {
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? String(keyOf(items.at(-1)!)) : null }
}

/** A whole number out of a URL or a header. Digits alone are one: what `Number` makes of an empty text would be zero. */
export const wholeFrom = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(
    text => (typeof text === 'string' && /^-?\d+$/.test(text) ? Number(text) : text),
    z.int('a whole number, in digits').min(least).max(most),
  )

export const Limit = wholeFrom(1, 200).default(50).describe('At most this many')
export const Before = wholeFrom(1).optional().describe('`next` of the page before')

/** Wallets and explorers show addresses with capitals, which sum them up (EIP-55). */
export const AddressAsTyped = z
  .preprocess(text => (typeof text === 'string' ? text.toLowerCase() : text), Address)
  .describe('An address, in either case')

/** A text to look for, as the read model can hold it: PostgreSQL takes none with a zero byte. */
export const Sought = (most: number) =>
  z
    .string()
    .max(most)
    .refine(text => !text.includes('\0'), 'a text without a zero byte')
