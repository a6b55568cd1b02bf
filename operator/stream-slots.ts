import { EntenteError } from '../protocol/errors.ts'
import type { Limits } from './surroundings.ts'

/**
 * Counts open event streams: each holds a connection and a consumer on the bus.
 *
 * @returns takes a slot for a key, and gives the function that frees it
 */
export function streamSlots({ streams, streamsPerKey }: Limits): (keyId: string) => () => void {
  const open = new Map<string, number>()
  let total = 0
  return keyId => {
    const mine = open.get(keyId) ?? 0
    if (mine >= streamsPerKey) throw new EntenteError('RATE_LIMITED', `this key has ${mine} event streams open already`)
    if (total >= streams) throw new EntenteError('RATE_LIMITED', `${total} event streams are open already`)
    const count = (change: number) => {
      total += change
      const left = (open.get(keyId) ?? 0) + change
      if (left === 0) open.delete(keyId)
      else open.set(keyId, left)
    }
    count(1)
    return () => count(-1)
  }
}
