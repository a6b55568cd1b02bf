import { describe, expect, it } from 'vitest'
import { passTime } from '../../coordinator/flow/expire.ts'
import { checkRules } from '../../evidence/check-rules.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { Template } from '../../protocol/template.ts'
import { Drive, taskId, typesOf } from '../coordinator/flow/drive.ts'

const template = {
  name: 'rooms',
  version: '1.0.0',
  title: 'A room for each',
  subtasks: [
    {
      id: 'room',
      skill: 'book@1',
      deadlineMs: 100,
      totalMs: 300,
      retry: { backoffMs: 0 },
      forEach: { items: 'input.guests', max: 2 },
    },
  ],
}

describe('a history in which several deadlines passed at once', () => {
  it('holds, though the first of them fails its subtask', () => {
    const plan = {
      template: { name: 'rooms', version: '1.0.0', hash: contentHash(template) },
      subtasks: Template.parse(template).subtasks as never,
      output: 'outputs',
    }
    const drive = new Drive().planned(plan, { input: { guests: ['Ada', 'Bo'] } })
    for (const id of ['room-0', 'room-1']) drive.assign(id, ['1'])
    drive.at(1_100)
    expect(typesOf(drive.at(1_200))).toEqual(['StarvationWarned', 'StarvationWarned'])
    expect(passTime(drive.task, 1_300).map(({ type }) => type)).toEqual(['SubtaskFailed', 'SubtaskFailed'])
    expect(typesOf(drive.at(1_300))).toContain('TaskFailed')
    drive.when({ type: 'recordSettlement', txHash: `0x${'00'.repeat(32)}`, blockNumber: 2 })
    const events = drive.history.map((event, leaf) => ({ event, leaf, path: [] }))
    const bundle = { taskId, template, events, anchors: { settlement: {} } } as unknown as Bundle
    // Apart from the screening, which stands here for any.
    expect(checkRules(bundle).findings.filter(({ where }) => !where.startsWith('/events/2/'))).toEqual([])
  })
})
