import { describe, expect, it } from 'vitest'
import { digestDocument, signingDomain } from '../../protocol/documents.ts'
import { type Settlement, settlementForChain } from '../../protocol/settlement.ts'

const hash = (byte: string) => `0x${byte.repeat(32)}` as const

const settlement: Settlement = {
  taskId: hash('01'),
  budget: '1000',
  payments: [
    { agentId: '2', amount: '600' },
    { agentId: '10', amount: '300' },
  ],
  penalties: [
    { agentId: '10', amount: '5', fault: 'wrong', subtaskId: 'forecast', evidence: hash('0a') },
    { agentId: '9', amount: '7', fault: 'no-show', subtaskId: 'forecast', evidence: hash('0b') },
    { agentId: '10', amount: '2', fault: 'unrevealed', subtaskId: 'plan', evidence: hash('0c') },
  ],
  fee: '40',
  refund: '60',
  contribution: hash('02'),
}

describe('a settlement as the escrow takes it', () => {
  const onChain = settlementForChain(settlement, hash('03'))

  it('names each penalised agent once, in ascending order of number, with the sum of its penalties', () => {
    expect(onChain.penalties).toEqual([
      { agentId: '9', amount: '7', evidence: hash('0b') },
      { agentId: '10', amount: '7', evidence: hash('0a') },
    ])
  })

  it('changes no other amount', () => {
    expect(onChain).toMatchObject({ taskId: hash('01'), evidence: hash('03'), fee: '40', refund: '60' })
    expect(onChain.payments).toEqual(settlement.payments)
  })

  it('is a Settlement document', () => {
    const domain = signingDomain(31337, `0x${'0d'.repeat(20)}`)
    expect(digestDocument(domain, 'Settlement', onChain)).toMatch(/^0x[0-9a-f]{64}$/)
  })
})
