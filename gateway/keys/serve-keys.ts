import type { NatsConnection, Subscription } from '@nats-io/nats-core'
import { z } from 'zod'
import { KeyCommand, type KeyState } from '../../protocol/gateway-door.ts'
import type { Address } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { Pipeline } from '../pipeline.ts'

/** The operator's doors to the keys: one for each, which whoever holds it answers, and one for the list. */
export function serveKeys(nc: NatsConnection, pipeline: Pipeline): Subscription[] {
  const { signers, log } = pipeline
  const door = { queue: 'gateway', log }
  return [
    // Without a queue to share: every gateway says what it holds.
    serve(nc, { log, subject: subjects.chainKeys, schema: z.unknown() }, async () => {
      return [...signers.byAddress.keys()].map(address => stateOf(pipeline, address))
    }),
    ...[...signers.byAddress.keys()].map(address =>
      serve(nc, { ...door, subject: subjects.chainKey(address), schema: KeyCommand }, async command => {
        await signers.decide(address, command)
        log.warn({ signer: address, decision: command }, 'the operator decided on a key')
        return stateOf(pipeline, address)
      }),
    ),
  ]
}

function stateOf({ signers, ledger, pools, leases }: Pipeline, address: Address): KeyState {
  const lives = [...ledger.open()].map(({ life }) => life)
  const pool = pools.poolOf(address)
  return {
    address,
    relayer: pools.has('relayer') ? pool === 'relayer' : signers.relayer === address,
    ...signers.decided(address),
    inFlight: lives.filter(({ signer }) => signer === address).length,
    pool,
    unfit: pools.unfit(address),
    waiting: lives.filter(({ signer, chosen }) => signer === null && chosen === address).length,
    numbersHere: leases.holds(address),
  }
}
