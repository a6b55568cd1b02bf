import { describe, expect, it } from 'vitest'
import { planFrom } from '../../../coordinator/flow/plan.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { Template } from '../../../protocol/plan.ts'
import { Drive, typesOf } from './drive.ts'

const limits = { budget: 1_000_000n, feeBps: 0, availableMs: 9_000_000 }
const planned = (template: object) => {
  const parsed = Template.parse({ name: 'ways', version: '1.0.0', title: 'Ways', ...template })
  return planFrom(
    parsed,
    contentHash(template as Json),
    () => ({ domains: 3, highestPrice: 1_000n, nearest: [] }),
    limits,
  )
}

const ways = {
  subtasks: [
    { id: 'look', skill: 's@1' },
    { id: 'side', skill: 's@1', after: ['look'] },
    { id: 'road', skill: 's@1', after: ['look'], attempts: 1 },
    { id: 'tell', skill: 's@1', after: ['road'], input: 'outputs.road' },
  ],
  otherwise: [
    {
      id: 'by-air',
      failed: ['road'],
      keep: ['side'],
      subtasks: [
        { id: 'fly', skill: 's@1', after: ['look'], input: 'outputs.look' },
        { id: 'tell-flown', skill: 's@1', after: ['fly', 'side'], input: 'outputs.fly' },
      ],
      output: 'outputs."tell-flown"',
    },
  ],
  output: 'outputs.tell',
}

describe('a fallback', () => {
  it('replaces the rest when what it is for has failed for good: what is done and kept stays', () => {
    const drive = new Drive().planned(planned(ways))
    const { planHash } = drive.task.replanning
    drive.assign('look', ['1'])
    drive.result('look', '1', { seen: true })
    drive.assign('side', ['2'])
    drive.assign('road', ['3'])
    const events = drive.fail('road', '3', false)
    expect(typesOf(events)).toEqual(['ResultReceived', 'AttemptFailed', 'SubtaskFailed', 'TaskReplanned'])
    expect(events.at(-1)).toMatchObject({
      oldPlanHash: planHash,
      planHash: contentHash(drive.task.plan),
      added: ['fly', 'tell-flown'],
      dropped: [
        { subtaskId: 'road', attempt: 1, phase: 'failed' },
        { subtaskId: 'tell', attempt: 0, phase: 'waiting' },
      ],
      why: 'subtask road failed',
      by: { fallback: 'by-air' },
    })
    expect(drive.task.plan!.subtasks.map(({ id }) => id)).toEqual(['look', 'side', 'fly', 'tell-flown'])
    expect(drive.task.plan!.otherwise).toBeUndefined()
    drive.result('side', '2', 'done beside')
    drive.assign('fly', ['4'])
    expect(drive.task.subtasks.get('fly')!.assigned!.input).toEqual({ seen: true })
    drive.result('fly', '4', 'flown')
    drive.assign('tell-flown', ['5'])
    const end = drive.result('tell-flown', '5', 'told')
    expect(typesOf(end)).toContain('TaskCompleted')
    expect(drive.task.output).toBe('told')
    const { payments } = drive.task.settlement!.settlement
    expect(payments.map(({ agentId }) => agentId)).toEqual(['1', '2', '4', '5'])
  })
})
