import { z } from 'zod'
import type { Hex } from './hash.ts'

const hex = (bytes: number, what: string) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`), `${what}: 0x and ${bytes * 2} lower-case hexadecimal digits`)
    .transform(text => text as Hex)

/** Bytes of any length, written in one way only. */
export const Bytes = z.string().regex(/^0x([0-9a-f]{2})*$/, 'bytes: 0x and pairs of lower-case hexadecimal digits')

/** 32 bytes: hashes, commitments, task ids. */
export const Bytes32 = hex(32, '32 bytes')
export const TaskId = Bytes32.describe('a task: the digest of its order, or what a response plan computes')
export type TaskId = Hex

/** An EVM address in lower case; checksummed input is accepted where people type, and lowered there. */
export const Address = hex(20, 'an address')
export type Address = Hex

/** r ‖ s ‖ v, 65 bytes. */
export const Signature = hex(65, 'a signature')

/** A uint256 in decimal, without leading zeros: a JSON number cannot carry 256 bits. */
const uint256 = (what: string) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,77})$/, `${what}: a decimal number`)
    .refine(text => text.length < 78 || text <= maxUint256, `${what}: at most 2^256 - 1`)
const maxUint256 = (2n ** 256n - 1n).toString()

/** The ERC-8004 token id, in decimal. */
export const AgentId = uint256('an agent id')
export type AgentId = string

/** A short slug; on chain the same ASCII bytes, right-padded to 32. */
export const DomainId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a domain id: a-z, 0-9 and -, at most 31 characters')
export type DomainId = string

/** Names a node of a plan; also a token of NATS subjects, so without dots. */
export const SubtaskId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,47}$/, 'a subtask id: a-z, 0-9 and -, at most 48 characters')
export type SubtaskId = string

/** 1 for the first try of a subtask; a uint32 in what is signed. */
export const Attempt = z
  .int()
  .min(1)
  .max(2 ** 32 - 1)

/** Money in the smallest unit of the consortium's token, in decimal. */
export const Amount = uint256('an amount')
export type Amount = string

/** Milliseconds since 1970-01-01T00:00Z. */
export const Millis = z.int().min(0)

/** A domain id as a contract holds it. */
export function domainToBytes32(domainId: DomainId): Hex {
  return slugToBytes32(domainId)
}

/** ASCII of at most 32 bytes, left-aligned. */
export function slugToBytes32(slug: string): Hex {
  return `0x${Buffer.from(slug, 'ascii').toString('hex').padEnd(64, '0')}`
}

/** The slug that 32 bytes hold, up to the first zero byte. */
export function slugFromBytes32(bytes: string): string {
  return Buffer.from(bytes.slice(2), 'hex').toString('ascii').replace(/\0+$/, '')
}
