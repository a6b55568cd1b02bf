import { describe, expect, it } from 'vitest'
import { backward } from '../../../evidence/lineage/lineage.ts'
import { placeFrom, textOf } from '../../../evidence/lineage/place.ts'
import { lineageOf } from '../../../evidence/lineage/query.ts'
import type { Bundle } from '../../../protocol/evidence.ts'
import { manySubtasks } from '../many-subtasks.ts'
import { bundleOf } from '../simulated-bundle.ts'
import { type Course, simulateTask } from '../simulated-task.ts'

const bundle = (course: Course): Promise<Bundle> => bundleOf(simulateTask(course))
const ids = ({ steps }: { steps: readonly { subtaskId: string }[] }) => steps.map(({ subtaskId }) => subtaskId)

describe('backward', () => {
  it('goes from the outcome to every subtask, agent, receipt, payment and part of the order behind it', async () => {
    const whole = await bundle('completed')
    const { steps, ends } = lineageOf(whole, 'output', 'backward')
    expect(ids({ steps }).toSorted()).toEqual(['beds', 'forecast', 'harbour', 'respond'])
    expect(ends).toContain('input.at')
    const beds = steps.find(({ subtaskId }) => subtaskId === 'beds')!
    expect(beds.agents).toMatchObject([{ agentId: '13', accepted: true }])
    expect(BigInt(beds.agents[0]!.earned!)).toBeGreaterThan(0n)
    const [, , index] = beds.agents[0]!.receipt!.split('/')
    expect(whole.events[Number(index)]!.event).toMatchObject({
      type: 'ResultReceived',
      subtaskId: 'beds',
      agentId: '13',
    })
  })

  it('says of one whose result does not stand that it does not', async () => {
    const { steps } = lineageOf(await bundle('completed'), 'outputs.forecast.windKt', 'backward')
    expect(ids({ steps })).toEqual(['forecast'])
    expect(steps[0]!.agents.filter(({ accepted }) => !accepted).map(({ agentId }) => agentId)).toEqual(['8'])
  })

  it('names the policy that let the work go where it went, and who approved', async () => {
    const { steps } = lineageOf(await bundle('policed'), 'output', 'backward')
    expect(steps.flatMap(({ policies }) => policies.map(({ id }) => id))).toContain('simulated')
    expect(steps.flatMap(({ answers }) => answers.map(({ what }) => what))).toContain('approved')
  })

  it('goes through a list to its items, and to the list before it', () => {
    const { task } = manySubtasks(1_000)
    const { reached, ends } = backward(task, placeFrom('outputs.list-1'))
    expect(reached).toHaveLength(501)
    expect(ends.map(textOf)).toEqual(['input.items'])
  })
})

describe('forward', () => {
  it('is backward, seen from the other end', async () => {
    const whole = await bundle('completed')
    const all = ['forecast', 'harbour', 'beds', 'respond']
    for (const from of all) {
      const after = ids(lineageOf(whole, `outputs.${from}`, 'forward')).filter(id => id !== from)
      const expected = all.filter(
        id => id !== from && ids(lineageOf(whole, `outputs.${id}`, 'backward')).includes(from),
      )
      expect(after.toSorted()).toEqual(expected.toSorted())
    }
  })

  it('goes from what an agent gave, or a policy set decided on, to the outcome', async () => {
    expect(lineageOf(await bundle('completed'), 'agent:13', 'forward')).toMatchObject({ ends: ['output'] })
    expect(ids(lineageOf(await bundle('policed'), 'policy:simulated', 'forward'))).toContain('respond')
  })
})

it.each([
  ['nowhere', 'backward', /no place in a task/],
  ['outputs', 'backward', /no place in a task/],
  ['outputs.boats', 'backward', /no subtask boats; it has forecast/],
  ['output.sevrity', 'backward', /output has no field sevrity; it has /],
  ['outputs.forecast.windKt.gusts', 'backward', /outputs\.forecast\.windKt has no field gusts/],
  ['input.at.noon', 'forward', /input\.at has no field noon/],
  ['agent:13', 'backward', /ask --forward/],
  ['agent:99', 'forward', /agent 99 gave nothing that stands/],
  ['agent:8', 'forward', /agent 8 gave nothing that stands/],
  ['policy:other', 'forward', /policy set other decided on nothing/],
] as const)('%s, %s, is refused', async (of, direction, why) => {
  const whole = await bundle('completed')
  expect(() => lineageOf(whole, of, direction)).toThrow(why)
  expect(() => lineageOf(whole, of, direction)).toThrow(expect.objectContaining({ code: 'PLACE_UNKNOWN' }))
})
