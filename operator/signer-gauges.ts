import type { KeyState } from '../protocol/gateway-door.ts'
import type { Figure } from './exposition.ts'

/** What the gateways' keys have to do, each key once although several gateways may hold it. */
export function signerGauges(states: readonly KeyState[]): Figure[] {
  const byAddress = new Map(states.map(state => [state.address, state] as const))
  const keys = [...byAddress.values()]
  const samples = (figure: (state: KeyState) => number, of = keys) =>
    of.map(state => ({ labels: { signer: state.address, pool: state.pool ?? '' }, value: figure(state) }))
  return [
    {
      name: 'entente_signer_in_flight',
      help: 'Messages under numbers of a key of the gateways that have no outcome yet.',
      samples: samples(({ inFlight }) => inFlight),
    },
    {
      name: 'entente_signer_waiting',
      help: 'Messages that were given to a key of a pool, and have no number yet.',
      samples: samples(
        ({ waiting }) => waiting,
        keys.filter(({ pool }) => pool !== null),
      ),
    },
    {
      name: 'entente_signer_unfit',
      help: 'Whether its pool gives a key no new message: it is frozen, retired, lacks a role, or has too little to send with.',
      samples: samples(
        ({ unfit }) => (unfit === null ? 0 : 1),
        keys.filter(({ pool }) => pool !== null),
      ),
    },
  ]
}
