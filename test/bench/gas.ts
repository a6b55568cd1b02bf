import { readFileSync } from 'node:fs'
import type { Row } from './print-table.ts'

/** Measured on the reference contracts of ERC-8004 (2026-08), 21,000 and calldata included. */
const reference: Record<string, number> = {
  'register an agent with a URI, for a new owner': 200_652,
  'register an agent with a URI, for an owner of others': 183_552,
  "change an agent's URI": 47_162,
  'set 32 bytes of metadata': 79_976,
  "change an agent's wallet": 50_404,
}

/** The committed snapshot (`contracts/gas.json`, checked by the gate), with the reference's figure where it has one. */
export function benchGas(): Row[] {
  const snapshot = JSON.parse(readFileSync(new URL('../../contracts/gas.json', import.meta.url), 'utf8')) as Record<
    string,
    number
  >
  return Object.entries(snapshot).map(([operation, gas]) => {
    const other = reference[operation]
    return { operation, gas, reference: other ?? '', ratio: other ? (gas / other).toFixed(2) : '' }
  })
}
