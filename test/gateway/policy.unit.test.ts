import { describe, expect, test } from 'vitest'
import { ABIS } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { whyForbidden as why } from '../../gateway/policy.ts'
import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Address } from '../../protocol/ids.ts'

function intent(tenant: string, target: string, more: Partial<ChainIntent> = {}): ChainIntent {
  const [contract, call] = target.split('.') as [string, string]
  const names = { tenant, operation: 'o', businessId: '1', contract, call }
  return { ...names, from: 'relayer', args: [], value: '0', prove: false, ...more }
}

const towerKey: Address = `0x${'7'.repeat(40)}`
const regulatorKey: Address = `0x${'8'.repeat(40)}`
const settlerKey: Address = `0x${'9'.repeat(40)}`
const keys = new Map<string, Address>([
  ['regulator', regulatorKey],
  ['tower', towerKey],
  ['settler', settlerKey],
  ['governor', `0x${'1'.repeat(40)}`],
])
const whyForbidden = (each: ChainIntent) => why(each, keys)
const attest = (agentId: string) => ({ args: ['0x01', {}, agentId, '0x02'] })

describe('who may have the gateway do what', () => {
  test('the consortium may do anything', () => {
    expect(whyForbidden(intent('consortium', 'Domains.admit', { from: `0x${'1'.repeat(40)}`, value: '1' }))).toBeNull()
  })

  test.each(['Escrow.reserve', 'Escrow.settle', 'EvidenceLog.checkpoint'])('the coordinator may call %s', target => {
    expect(whyForbidden(intent('coordinator', target))).toBeNull()
  })

  test('an agent may attest in its own name', () => {
    expect(whyForbidden(intent('agent-7', 'ResponsePlans.attest', attest('7')))).toBeNull()
  })

  test('a regulator may change whom the consortium deals with, by its own key, and nothing else', () => {
    const data = `${encodeCall(ABIS.RiskPolicy, 'setStanding', [towerKey, 2])}${'00'.repeat(32)}`
    const standing = intent('regulator', 'AccessManager.execute', { from: regulatorKey, args: [towerKey, data] })
    expect(whyForbidden(standing)).toBeNull()
    expect(whyForbidden({ ...standing, from: 'relayer' })).toBe(
      'the regulator may send by the key named regulator only',
    )
    const mode = { ...standing, args: [towerKey, encodeCall(ABIS.RiskPolicy, 'setMode', [1])] }
    expect(whyForbidden(mode)).toBe('the regulator may change whom the consortium deals with, and nothing else')
    expect(whyForbidden({ ...standing, call: 'grantRole' })).toBe('the regulator may not call AccessManager.grantRole')
  })

  test('a settler may post and finalise by its own key', () => {
    expect(whyForbidden(intent('settler', 'Batches.post', { from: settlerKey }))).toBeNull()
    expect(whyForbidden(intent('settler', 'Batches.finalise', { from: settlerKey }))).toBeNull()
  })

  test('an agent may claim in its own name', () => {
    expect(whyForbidden(intent('agent-7', 'Escrow.claim', { args: ['7', {}, '9', []] }))).toBeNull()
  })

  test('a tower may dispute and demand by its own key', () => {
    const from = towerKey
    expect(whyForbidden(intent('tower', 'TaskDisputes.disputeOrder', { from }))).toBeNull()
    expect(whyForbidden(intent('tower', 'Demands.demand', { from }))).toBeNull()
  })

  test('a rater may have written what tasks say, which the contract takes on proof', () => {
    expect(whyForbidden(intent('rater', 'TaskFeedback.rate'))).toBeNull()
    expect(whyForbidden(intent('rater', 'TaskFeedback.rateBatched'))).toBeNull()
  })

  test.each([
    ['the rater may not call Escrow.settle', intent('rater', 'Escrow.settle')],
    ['rater may send through the relayer only', intent('rater', 'TaskFeedback.rate', { from: settlerKey })],
    ['the tower may send by the key named tower only', intent('tower', 'Demands.demand')],
    ['the settler may not call Escrow.settle', intent('settler', 'Escrow.settle', { from: settlerKey })],
    ['the settler may send by the key named settler only', intent('settler', 'Batches.post', { from: towerKey })],
    ['an agent may claim in its own name only', intent('agent-7', 'Escrow.claim', { args: ['8', {}, '9', []] })],
    ['the tower may not call Batches.post', intent('tower', 'Batches.post', { from: towerKey })],
    [
      'the tower may send by the key named tower only',
      intent('tower', 'Demands.demand', { from: `0x${'1'.repeat(40)}` }),
    ],
    ['the coordinator may not call EntenteToken.mint', intent('coordinator', 'EntenteToken.mint')],
    ['the coordinator may not call Stake.settle', intent('coordinator', 'Stake.settle')],
    [
      'coordinator may send through the relayer only',
      intent('coordinator', 'Escrow.settle', { from: `0x${'1'.repeat(40)}` }),
    ],
    ['coordinator may not send value', intent('coordinator', 'Escrow.settle', { value: '1' })],
    ['an agent may not call Escrow.settle', intent('agent-7', 'Escrow.settle')],
    ['an agent may attest in its own name only', intent('agent-7', 'ResponsePlans.attest', attest('8'))],
    ['an agent may attest in its own name only', intent('agent-7', 'ResponsePlans.attest')],
    ['gateway is not a tenant of this gateway', intent('gateway', 'ContractRegistry.deploymentBlock')],
    ['stranger is not a tenant of this gateway', intent('stranger', 'Escrow.settle')],
  ])('%s', (reason, refused) => {
    expect(whyForbidden(refused)).toBe(reason)
  })
})
