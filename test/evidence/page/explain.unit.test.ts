import { beforeAll, describe, expect, it } from 'vitest'
import { explainBundle } from '../../../evidence/page/explain.ts'
import type { Bundle } from '../../../protocol/evidence.ts'
import { replaced } from '../flip.ts'
import { simulateBundle } from '../simulated-bundle.ts'

let bundle: Bundle
beforeAll(async () => {
  bundle = JSON.parse(JSON.stringify(await simulateBundle('completed')))
})

describe('a page about a bundle', () => {
  it('says who asked for what, who took part, who was paid and fined, and what could not be checked', async () => {
    const { page } = await explainBundle(bundle)
    expect(page).toContain('The evidence holds')
    expect(page).toContain('Keep patients out of the wind')
    for (const { wallet } of bundle.parties) expect(page).toContain(wallet)
    const computed = bundle.events.map(({ event }) => event).find(event => event.type === 'SettlementComputed')
    for (const { amount } of computed!.settlement.payments) expect(page).toContain(amount)
    expect(page).toContain('from the stake of agent 8: wrong in forecast')
    expect(page).toContain('agent 12, signed')
    expect(page).toContain('Which other agents could have been asked')
    expect(page.match(/<details>/g)).toHaveLength(bundle.events.length)
  })

  it('loads nothing and runs nothing, whatever the bundle holds', async () => {
    const hostile = '<script src="https://example.org/x.js"></script><img src=x onerror="alert(1)">'
    const { page } = await explainBundle(replaced(bundle, '/events/0/event/spec/goal', hostile))
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<img')
    expect(page).toContain('&#60;script')
    expect(page).toContain("default-src 'none'")
  })

  it('says first that a changed bundle does not hold, and where', async () => {
    const { page } = await explainBundle(replaced(bundle, '/events/0/event/budget', '50000001'))
    expect(page).toContain('<h1 class="broken">The evidence does not hold')
    expect(page).toContain('/events/0')
  })

  it('shows nothing of what is no bundle, and a time that no calendar has as a number', async () => {
    const { page: none } = await explainBundle({ goal: 'anything' })
    expect(none).toContain('The evidence does not hold')
    expect(none).not.toContain('anything')
    expect((await explainBundle(replaced(bundle, '/events/0/event/atMs', 9e15))).page).toContain('9000000000000000 ms')
  })
})
