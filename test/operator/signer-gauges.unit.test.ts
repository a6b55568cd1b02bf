import { expect, test } from 'vitest'
import { expositionOf } from '../../operator/exposition.ts'
import { signerGauges } from '../../operator/signer-gauges.ts'
import type { KeyState } from '../../protocol/gateway-door.ts'
import type { Address } from '../../protocol/ids.ts'

const stateOf = (digit: string, state: Partial<KeyState>): KeyState => ({
  ...{ address: `0x${digit.repeat(40)}` as Address, relayer: false, frozen: null, retiredFor: null },
  ...{ inFlight: 0, pool: null, unfit: null, waiting: 0, numbersHere: false },
  ...state,
})

test('keys are told of once, although each of two gateways has them; only those of pools wait, or are unfit', () => {
  const states = [
    stateOf('1', { inFlight: 3 }),
    stateOf('2', { pool: 'minters', waiting: 4, unfit: 'it is frozen: a drill' }),
    stateOf('2', { pool: 'minters', waiting: 4, unfit: 'it is frozen: a drill', numbersHere: true }),
  ]
  const lines = expositionOf(signerGauges(states)).split('\n')
  expect(lines.filter(line => line !== '' && !line.startsWith('#'))).toEqual([
    `entente_signer_in_flight{signer="0x${'1'.repeat(40)}",pool=""} 3`,
    `entente_signer_in_flight{signer="0x${'2'.repeat(40)}",pool="minters"} 0`,
    `entente_signer_waiting{signer="0x${'2'.repeat(40)}",pool="minters"} 4`,
    `entente_signer_unfit{signer="0x${'2'.repeat(40)}",pool="minters"} 1`,
  ])
})
