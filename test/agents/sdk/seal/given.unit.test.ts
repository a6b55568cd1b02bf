import { describe, expect, it } from 'vitest'
import { keptKey } from '../../../../agents/sdk/seal/kept-key.ts'
import { sealForKeeper } from '../../../../agents/sdk/seal/seal-given.ts'
import { sealingKeyOf } from '../../../../agents/sdk/seal/wrap.ts'
import { digestDocument, signDocument } from '../../../../protocol/documents.ts'
import { sha256 } from '../../../../protocol/hash.ts'
import { openSealed } from '../../../../protocol/seal-cipher.ts'
import type { GivenSeal, GivenTo } from '../../../../protocol/sealed.ts'
import type { TaskOrder } from '../../../../protocol/task.ts'
import { identityNumber } from './identity.ts'

const keeper = identityNumber('1')
const stranger = identityNumber('2')
const { domain, wallet: by, privateKey } = identityNumber('3')
const hash = sha256('x')
const order: TaskOrder = {
  ...{ requester: by, domainId: hash, specHash: hash, inputHash: hash, policyHash: hash },
  ...{ token: by, budget: '1', deadline: 1, nonce: '7' },
}
const taskId = digestDocument(domain, 'TaskOrder', order)
const signed = { order, signature: signDocument(domain, 'TaskOrder', order, privateKey) }

async function given(to: GivenTo) {
  const { publicKey } = await sealingKeyOf(keeper)
  const seal: GivenSeal = await sealForKeeper(
    { by, domain },
    { agentId: keeper.agentId, publicKey },
    'a secret',
    '/name',
    to,
  )
  return { seal, wanted: { ...seal, domainId: 'police' } }
}

describe('the key to what was given', () => {
  it.each<[string, GivenTo, object]>([
    ['a running task', { taskId }, {}],
    ['an order, before its task had an id', { nonce: '7' }, { order: signed }],
  ])('to %s is with its keeper, who kept nothing', async (_, to, more) => {
    const { seal, wanted } = await given(to)
    const key = await keptKey(keeper, wanted, { taskId, ...more })
    expect(openSealed(seal, key!, domain)).toBe('a secret')
    expect(JSON.stringify(seal)).not.toContain('secret')
  })

  it.each<[string, GivenTo, object]>([
    ['another task', { taskId: hash }, {}],
    ['an order that is not shown', { nonce: '7' }, {}],
    ['another order', { nonce: '8' }, { order: signed }],
    [
      "an order by somebody else's signature",
      { nonce: '7' },
      { order: { ...signed, signature: `0x${'22'.repeat(65)}` } },
    ],
    ['an order of another task', { nonce: '7' }, { order: { ...signed, order: { ...order, budget: '2' } } }],
  ])('is not released for %s', async (_, to, more) => {
    expect(await keptKey(keeper, (await given(to)).wanted, { taskId, ...more })).toBeNull()
  })

  it.each([
    ['another place', { at: '/other' }],
    ['another giver', { by: stranger.wallet }],
    ['another value', { commitment: hash }],
    ['another key', { keyHash: hash }],
  ])('is not there under the name of %s', async (_, more) => {
    const { wanted } = await given({ taskId })
    expect(await keptKey(keeper, { ...wanted, ...more }, { taskId })).toBeNull()
  })

  it('is of no use to an agent that does not keep it', async () => {
    expect(await keptKey(stranger, (await given({ taskId })).wanted, { taskId })).toBeNull()
  })
})
