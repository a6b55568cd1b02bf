import { describe, expect, it } from 'vitest'
import { planFrom } from '../../../coordinator/flow/plan.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { Template } from '../../../protocol/template.ts'
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

describe('a fallback with a condition', () => {
  const template = {
    subtasks: [
      { id: 'look', skill: 's@1' },
      { id: 'flood', wait: { event: 'flood', deadlineMs: 1_000, onSilence: 'continue' } },
      { id: 'road', skill: 's@1', after: ['look', 'flood'] },
    ],
    otherwise: [
      {
        id: 'by-boat',
        after: ['look', 'flood'],
        when: 'outputs.flood.high || `false`',
        subtasks: [{ id: 'sail', skill: 's@1', after: ['flood'], input: 'outputs.flood' }],
        output: 'outputs.sail',
      },
    ],
  }
  const until = (high: boolean) => {
    const drive = new Drive().planned(planned(template))
    drive.assign('look', ['1'])
    drive.result('look', '1', {})
    const by = { signer: `0x${'11'.repeat(20)}`, signedAtMs: 1, signature: '0x' }
    return { drive, events: drive.when({ type: 'signal', signal: 'flood', payload: { high }, by }) }
  }

  it('is taken up by what a signal says, before what it replaces begins', () => {
    const { drive, events } = until(true)
    expect(typesOf(events)).toEqual(['SignalReceived', 'SubtaskCompleted', 'TaskReplanned'])
    expect(events.at(-1)).toMatchObject({ why: 'after look, flood: outputs.flood.high || `false`' })
    expect(drive.task.plan!.subtasks.map(({ id }) => id)).toEqual(['look', 'sail'])
  })

  it('is left alone where it does not hold', () => {
    const { drive, events } = until(false)
    expect(typesOf(events)).toEqual(['SignalReceived', 'SubtaskCompleted'])
    expect(drive.task.replanning.made).toBe(0)
  })
})

describe('what is under way and is not kept', () => {
  it('is given up: its agent is heard no more, is not fined, and is not paid', () => {
    const template = structuredClone(ways)
    template.otherwise[0]!.keep = []
    template.otherwise[0]!.subtasks[1]!.after = ['fly']
    const drive = new Drive().planned(planned(template))
    drive.assign('look', ['1'])
    drive.result('look', '1', {})
    drive.assign('side', ['2'])
    drive.assign('road', ['3'])
    expect(drive.fail('road', '3', false).at(-1)).toMatchObject({
      dropped: expect.arrayContaining([{ subtaskId: 'side', attempt: 1, phase: 'executing' }]),
    })
    expect(drive.result('side', '2', 'late')).toEqual([])
    drive.at(drive.nowMs + 60_000)
    for (const [id, agent] of [
      ['fly', '4'],
      ['tell-flown', '5'],
    ] as const) {
      drive.assign(id, [agent])
      drive.result(id, agent, id)
    }
    const { payments, penalties } = drive.task.settlement!.settlement
    expect(payments.map(({ agentId }) => agentId)).toEqual(['1', '4', '5'])
    expect(penalties).toEqual([])
  })
})

describe('another plan by a model', () => {
  const { otherwise: _, ...plain } = ways
  const sought = (replan: object | undefined) => {
    const drive = new Drive().planned(planned(plain), replan ? { policy: { replan } } : {})
    drive.assign('look', ['1'])
    drive.result('look', '1', {})
    drive.assign('road', ['3'])
    return { drive, events: drive.fail('road', '3', false) }
  }
  const rest = (more: object = {}) => ({
    keep: ['side'],
    subtasks: planned({ subtasks: [{ id: 'fly', skill: 's@1' }] }).subtasks,
    output: 'outputs.fly',
    ...more,
  })
  const planning = contentHash('record')

  it('is sought only where the order says so: else the task fails', () => {
    expect(typesOf(sought(undefined).events)).toContain('TaskFailed')
    expect(typesOf(sought({ by: 'template', max: 3 }).events)).toContain('TaskFailed')
    expect(typesOf(sought({ by: 'model', max: 0 }).events)).toContain('TaskFailed')
    expect(typesOf(sought({ by: 'model', max: 1 }).events).at(-1)).toBe('ReplanSought')
  })

  it('holds new work back until it is there, then goes by it; and counts', () => {
    const { drive } = sought({ by: 'model', max: 1 })
    const { planHash } = drive.task.replanning
    expect(drive.assign('side', ['2'])).toEqual([])
    expect(drive.when({ type: 'replan', planHash: contentHash('other'), rest: rest(), planning })).toEqual([])
    expect(drive.when({ type: 'replan', planHash, rest: rest({ keep: ['road'] }), planning })).toEqual([])
    const [event] = drive.when({ type: 'replan', planHash, rest: rest(), planning })
    expect(event).toMatchObject({ type: 'TaskReplanned', by: { planning }, added: ['fly'] })
    drive.assign('fly', ['4'])
    drive.fail('fly', '4', false)
    expect(drive.task.state).toBe('failed')
  })

  it('that does not come, in time or at all, fails the task and says why', () => {
    const { drive } = sought({ by: 'model', max: 1 })
    const { sought: open, planHash } = drive.task.replanning
    const late = drive.at(open!.deadlineMs)
    expect(late.slice(0, 2)).toMatchObject([
      { type: 'ReplanRefused', reason: 'none came in time' },
      { type: 'TaskFailed', reason: 'subtask road failed, and there is no other plan: none came in time' },
    ])
    const { drive: other } = sought({ by: 'model', max: 1 })
    const refused = other.when({ type: 'refuseReplan', planHash, reason: 'no model is configured' })
    expect(refused).toContainEqual(
      expect.objectContaining({ type: 'TaskFailed', reason: expect.stringContaining('no model') }),
    )
  })
})

describe('a rest that does not fit', () => {
  it.each([
    [
      'an id that was used',
      { subtasks: [{ id: 'tell', skill: 's@1' }], output: '`1`' },
      /tell is used twice/,
      'otherwise[0].subtasks[0].id',
    ],
    [
      'what is not certain to be there',
      { subtasks: [{ id: 'x', skill: 's@1', after: ['side'] }], keep: [] },
      /there is no subtask side/,
      'otherwise[0].subtasks[0].after[0]',
    ],
    [
      'an output that is not there',
      { subtasks: [], output: 'outputs.tell' },
      /reads outputs.tell/,
      'otherwise[0].output',
    ],
    [
      'what waits for what failed',
      { keep: ['tell'], subtasks: [], output: '`1`' },
      /there is no subtask road/,
      'otherwise[0].keep',
    ],
    ['what failed', { keep: ['road'], subtasks: [], output: '`1`' }, /road is what has failed/, 'otherwise[0].keep[0]'],
    [
      'a circle',
      {
        subtasks: [
          { id: 'x', skill: 's@1', after: ['y'] },
          { id: 'y', skill: 's@1', after: ['x'] },
        ],
        output: '`1`',
      },
      /wait for one another/,
      'otherwise[0].subtasks',
    ],
    [
      'an unknown occasion',
      { failed: ['sea'], subtasks: [], output: '`1`' },
      /there is no subtask sea/,
      'otherwise[0].failed[0]',
    ],
    [
      'no truth',
      { failed: undefined, after: ['look'], when: "'yes'", subtasks: [], output: '`1`' },
      /of another kind/,
      'otherwise[0].when',
    ],
  ])('is a fault of the template: %s', (_, more, what, path) => {
    const template = { ...ways, otherwise: [{ ...ways.otherwise[0], ...more }] }
    expect(() => planned(JSON.parse(JSON.stringify(template)))).toThrow(what)
    expect(() => planned(JSON.parse(JSON.stringify(template)))).toThrow(`${path}: `)
  })

  it('costs too much together with what may have been done, or takes too long after it', () => {
    const dear = {
      ...ways,
      otherwise: [
        {
          ...ways.otherwise[0]!,
          subtasks: Array.from({ length: 996 }, (_, n) => ({
            id: `n${n}`,
            skill: 's@1',
            ...(n < 50 ? { replicas: 3 } : {}),
          })),
          output: '`1`',
        },
      ],
    }
    expect(() => planned(dear)).toThrow(/otherwise\[0\]: with by-air the plan may cost 1098000/)
    const slow = {
      ...ways,
      otherwise: [
        { ...ways.otherwise[0]!, subtasks: [{ id: 'x', skill: 's@1', deadlineMs: 8_960_000 }], output: '`1`' },
      ],
    }
    expect(() => planned(slow)).toThrow(/otherwise\[0\]: the longest chain may take/)
  })
})
