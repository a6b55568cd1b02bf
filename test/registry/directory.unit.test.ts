import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardUri } from '../../protocol/agent-card.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import { emptyDirectory, foldDirectory } from '../../registry/directory.ts'
import { isFrozen } from '../../registry/freezes.ts'
import { addressNumber, chainFacts, zeroAddress } from './chain-facts.ts'

const admin = addressNumber(0xa1)
const wallet = addressNumber(0xb2)
const cardHash = `0x${'5'.repeat(64)}` as const

function directoryOf(events: readonly ChainEvent[]) {
  const directory = emptyDirectory()
  for (const event of events) foldDirectory(directory, event)
  return directory
}

function enrolledAgent() {
  const facts = chainFacts()
  const events = [
    facts.admitted('weather', admin, 'Weather Agency'),
    ...facts.registered('0', admin, cardUri(cardHash)),
    facts.walletSet('0', wallet),
    facts.enrolled('weather', '0'),
  ]
  return { facts, events }
}

describe('the directory', () => {
  it('shows an enrolled agent as active, with its wallet and the hash of its card', () => {
    const { events } = enrolledAgent()
    expect(directoryOf(events).agents.get('0')).toEqual({
      agentId: '0',
      owner: admin,
      wallet,
      uri: cardUri(cardHash),
      cardHash,
      domainId: 'weather',
      enrolledUnder: admin,
      stake: 0n,
      unbonding: 0n,
      active: true,
    })
    expect(directoryOf(events).domains.get('weather')).toMatchObject({ name: 'Weather Agency', status: 'admitted' })
  })

  it('does not show an agent as active before it is enrolled', () => {
    const { events } = enrolledAgent()
    expect(directoryOf(events.slice(0, -1)).agents.get('0')?.active).toBe(false)
  })

  it('stops all agents of a suspended domain at once, and no others, until it is reinstated', () => {
    const { facts, events } = enrolledAgent()
    const others = [
      facts.admitted('health', wallet),
      ...facts.registered('1', wallet, ''),
      facts.enrolled('health', '1'),
      facts.domain('DomainSuspended', 'weather'),
    ]
    const suspended = directoryOf([...events, ...others])
    expect(suspended.agents.get('0')?.active).toBe(false)
    expect(suspended.agents.get('1')?.active).toBe(true)
    const reinstated = directoryOf([...events, ...others, facts.domain('DomainReinstated', 'weather')])
    expect(reinstated.agents.get('0')?.active).toBe(true)
  })

  it('lets an enrolment lapse when the agent changes hands, though the buyer sets a wallet', () => {
    const { facts, events } = enrolledAgent()
    const buyer = addressNumber(0xbad)
    const sold = directoryOf([
      ...events,
      facts.walletSet('0', '0x'),
      facts.transferred('0', admin, buyer),
      facts.walletSet('0', buyer),
    ])
    expect(sold.agents.get('0')).toMatchObject({ owner: buyer, wallet: buyer, active: false })
  })

  it('does not show an agent without a wallet as active', () => {
    const { facts, events } = enrolledAgent()
    expect(directoryOf([...events, facts.walletSet('0', '0x')]).agents.get('0')).toMatchObject({
      wallet: null,
      active: false,
    })
  })

  it('names no card for a URI of another kind', () => {
    const { facts, events } = enrolledAgent()
    const moved = facts.fact('IdentityRegistry', 'URIUpdated', {
      agentId: '0',
      newURI: 'https://example.org/card.json',
      updatedBy: admin,
    })
    expect(directoryOf([...events, moved]).agents.get('0')?.cardHash).toBeNull()
  })

  it('takes what is held from the bonded stake first, then from what is unbonding, and gives it back', () => {
    const { facts, events } = enrolledAgent()
    const held = [
      ...events,
      facts.staked('StakeDeposited', '0', 100n),
      facts.staked('UnbondRequested', '0', 40n),
      facts.staked('StakeHeld', '0', 70n),
    ]
    expect(directoryOf(held).agents.get('0')).toMatchObject({ stake: 0n, unbonding: 30n })
    const slashed = directoryOf([...held, facts.staked('StakeSlashed', '0', 70n)])
    expect(slashed.agents.get('0')).toMatchObject({ stake: 0n, unbonding: 30n })
    const dropped = directoryOf([...held, facts.staked('StakeReturned', '0', 70n)])
    expect(dropped.agents.get('0')).toMatchObject({ stake: 70n, unbonding: 30n })
  })

  it('knows who is frozen: whoever had the denied account, also when it takes another, until that account is cleared', () => {
    const { facts, events } = enrolledAgent()
    const { agents, domains } = directoryOf(events)
    const { wallet, domainId } = agents.get('0')!
    const standing = (account: string, to: '0' | '2') =>
      facts.fact('RiskPolicy', 'StandingChanged', { account, standing: to })
    const frozenIn = (...more: ChainEvent[]) => isFrozen(directoryOf([...events, ...more]).freezes, agents.get('0')!)
    const frozen = standing(wallet!, '2')
    expect(frozenIn()).toBe(false)
    expect(frozenIn(frozen)).toBe(true)
    expect(frozenIn(frozen, facts.walletSet('0', addressNumber(77)))).toBe(true)
    expect(frozenIn(frozen, facts.walletSet('0', addressNumber(77)), standing(wallet!, '0'))).toBe(false)
    expect(frozenIn(standing(addressNumber(77), '2'), facts.walletSet('0', addressNumber(77)))).toBe(true)
    const admin = standing(domains.get(domainId!)!.admin, '2')
    expect(frozenIn(admin)).toBe(true)
    // The chain's own word on whether it is active stays as it is: what it signed before counts.
    expect(directoryOf([...events, frozen]).agents.get('0')).toMatchObject({ active: true })
  })

  it('says of an event that concerns neither domains nor agents that it changed nothing', () => {
    const { facts } = enrolledAgent()
    expect(foldDirectory(emptyDirectory(), facts.fact('Escrow', 'TaskFunded', {}))).toBe(false)
  })

  it('is the same after the same events, whatever came of other agents in between', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 })), noise => {
        const { facts, events } = enrolledAgent()
        const strangers = noise.flatMap(n => [facts.transferred(String(n), zeroAddress, addressNumber(n))])
        const mixed = events.flatMap(event => [event, ...strangers])
        expect(directoryOf(mixed).agents.get('0')).toEqual(directoryOf(events).agents.get('0'))
      }),
      { numRuns: 50 },
    )
  })
})
