import { describe, expect, it } from 'vitest'
import { demandOf, wantedFor } from '../../../coordinator/flow/demand.ts'
import { fitOf, type InputOffer } from '../../../coordinator/flow/fit.ts'
import { able, type Candidate, route } from '../../../coordinator/flow/route.ts'
import type { Json } from '../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import { Drive, planOf, taskId, typesOf } from './drive.ts'
import { clear, setWith } from './policy/policed.ts'

const sized = { type: 'object', properties: { size: { type: 'number' } }, required: ['size'] }
const named = { type: 'object', properties: { name: { enum: ['Ann', null] } } }

const offer = (agentId: string, inputSchema: InputOffer['inputSchema']): InputOffer => ({
  agentId,
  domainId: `domain-${agentId}`,
  inputSchema,
})

const candidate = (agentId: string): Candidate => ({
  ...{ agentId, domainId: `domain-${agentId}`, wallet: `0x${'11'.repeat(20)}`, price: '1000', stake: '30000' },
  ...{ load: 0, places: 4 },
})

/** A subtask that gives this, and what comes of telling the task who takes it. */
function told(input: Json, offers: readonly InputOffer[], more = {}) {
  const drive = new Drive().planned(planOf([{ id: 'a', ...more }]), { input })
  const events = tell(drive, offers)
  return { drive, events }
}

function tell(drive: Drive, offers: readonly InputOffer[]): TaskEvent[] {
  return drive.when({ type: 'fit', ...fitOf(drive.task, 'a', offers) })
}

describe('agents of one skill that do not take the same', () => {
  it('nothing is told where all take what is given', () => {
    const { drive, events } = told({ size: 1 }, [offer('1', sized), offer('2', {})])
    expect(events).toEqual([])
    expect(demandOf(drive.task).waiting[0]).not.toHaveProperty('unfit')
  })

  it('whoever refuses it is passed over, with what does not fit, though it would score best', () => {
    const { drive, events } = told({ size: 'large' }, [offer('1', sized), offer('2', {})])
    expect(events).toMatchObject([{ type: 'FitDecided', subtaskId: 'a', offered: 2, left: 1 }])
    const wish = { taskId, seed: null, ...wantedFor(drive.task, drive.task.plan!.subtasks[0] as never) }
    const routing = route(wish, [{ ...candidate('1'), stake: '90000000000' }, candidate('2')])!
    expect(routing.chosen.map(({ agentId }) => agentId)).toEqual(['2'])
    expect(routing.passedOver).toMatchObject([{ agentId: '1', why: expect.stringContaining('input.size: ') }])
    expect(able(wish, [candidate('1')]).candidates).toEqual([])
  })

  it('is told once, and anew where somebody else offers it', () => {
    const offers = [offer('1', sized), offer('2', {})]
    const { drive } = told({ size: 'large' }, offers)
    expect(tell(drive, offers)).toEqual([])
    expect(tell(drive, [...offers, offer('3', sized)])).toMatchObject([{ offered: 3, left: 1 }])
    expect(tell(drive, [offer('2', {})])).toMatchObject([{ unfit: [], offered: 1, left: 1 }])
    expect(demandOf(drive.task).waiting[0]).not.toHaveProperty('unfit')
  })

  it('what nobody takes fails, and says what of it is wrong', () => {
    const { events } = told({ size: 'large' }, [offer('1', sized)])
    expect(typesOf(events).slice(0, 2)).toEqual(['FitDecided', 'SubtaskFailed'])
    expect(events[1]).toMatchObject({
      reason: expect.stringMatching(
        /^0 of 1 domains that offer it take its input; agent 1 does not take .*input\.size/,
      ),
    })
  })

  it('what too few take for a quorum fails', () => {
    const replicas = { replicas: 3, quorum: 2 }
    const offers = [offer('1', sized), offer('2', sized), offer('3', {})]
    expect(typesOf(told({ size: 'large' }, offers, replicas).events)).toContain('SubtaskFailed')
    expect(typesOf(told({ size: 'large' }, [...offers, offer('4', {})], replicas).events)).toEqual(['FitDecided'])
  })

  it('a schema that is none, or an input that cannot be computed, speaks against nobody', () => {
    expect(told({ size: 1 }, [offer('1', { type: 'of no kind' })]).events).toEqual([])
    expect(told('a', [offer('1', { type: 'string', pattern: '(?=b)' })]).events).toEqual([])
    expect(told({ size: 1 }, [offer('1', sized)], { input: 'nothing.at.all(' }).events).toEqual([])
  })

  it('what is sealed is for its receiver to judge', () => {
    const hash = `0x${'ab'.repeat(32)}`
    const size = {
      ...{ sealed: 'entente.sealed/1', class: 'restricted', taskId, subtaskId: 'before', attempt: 1, agentId: '9' },
      ...{ at: '/size', commitment: hash, keyHash: hash, ciphertext: 'AAAA' },
    }
    expect(told({ size }, [offer('1', sized)]).events).toEqual([])
  })

  it('each is asked about what it would be given: masked where its domain may not see it', () => {
    const set = setWith(`
      @id("one") permit (principal, action == Action::"flow", resource == Domain::"domain-1") when { context.masked };
      @id("two") permit (principal, action == Action::"flow", resource == Domain::"domain-2");`)
    const drive = new Drive().planned(planOf([{ id: 'a' }]), { input: { name: 'Ann', size: 1 } })
    clear(drive, 'a', ['domain-1', 'domain-2'], set)
    const found = fitOf(
      drive.task,
      'a',
      ['1', '2', '3'].map(agentId => offer(agentId, named)),
    )
    // The third domain was not cleared: nothing is said of what it may not have.
    expect(found).toMatchObject({ unfit: [{ agentId: '1' }], offered: 2, left: 1 })
  })
})
