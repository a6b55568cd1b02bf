import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ABIS } from '../../contracts/abis.ts'
import { decodeResult, encodeCall } from '../../contracts/bindings.ts'
import { checkAnchor } from '../../gateway/check-anchor.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { AnchorProof } from '../../protocol/chain-message.ts'
import { messageIdOf } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { awaitOutcome, completeMessage, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
let gateway: Gateway | undefined

beforeAll(async () => {
  gateway = await start()
})
afterAll(() => gateway?.stop())

function mint(businessId: string, amount = '7'): NewIntent {
  const to = world().governor
  const names = { tenant: 'consortium', operation: 'mint', businessId }
  return { ...names, from: world().governor, contract: 'EntenteToken', call: 'mint', args: [to, amount] }
}

async function states(messageId: Hex): Promise<string[]> {
  return (await readRecords(await jetstreamManager(world().nc), messageId)).map(({ record }) => record.state)
}

async function supply(): Promise<bigint> {
  const to = world().deployment.addresses.EntenteToken
  const data = encodeCall(ABIS.EntenteToken, 'totalSupply', [])
  return decodeResult(ABIS.EntenteToken, 'totalSupply', await world().rpc<Hex>('eth_call', [{ to, data }, 'latest']))
}

describe('a message to the chain', () => {
  test('goes from RECEIVED to COMPLETED, one record a step', async () => {
    const { messageId, state } = await submitIntent(world().nc, mint('first'), patience)
    expect(state).toBe('RECEIVED')
    const outcome = await awaitOutcome(world().nc, messageId, patience)
    expect(outcome).toMatchObject({ state: 'FINAL', messageId })
    await completeMessage(world().nc, messageId)
    expect(await states(messageId)).toEqual([
      'RECEIVED',
      'ADMITTED',
      'NONCED',
      'SIGNED',
      'SENDING',
      'POOLED',
      'MINED',
      'FINAL',
      'NOTIFIED',
      'COMPLETED',
    ])
    expect(await supply()).toBe(7n)
  })
})
