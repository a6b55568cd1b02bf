import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { signDocument } from '../../../protocol/documents.ts'
import { reasonOfMeasure, SupervisionPolicy, supervisionHash } from '../../../protocol/supervision.ts'
import { startRole } from '../../../scenarios/consortium/start-processes.ts'
import { sendCommand } from '../../../stack/send-command.ts'
import { putSupervisionInForce } from '../../../stack/supervision.ts'
import { domain } from '../../registry/consortium.ts'
import { withCoordinators } from '../with-coordinators.ts'

const office = withCoordinators()

const policy = SupervisionPolicy.parse({
  format: 'entente.supervision/1',
  id: 'measures',
  version: '1.0.0',
  thresholds: {
    'spending-too-fast': { overrun: 0.5, spent: 0.25 },
    'agent-degrading': { recent: 3, past: 3, rise: 0.9 },
  },
  measures: [
    { on: 'spending-too-fast', do: 'pause-task' },
    { on: 'agent-degrading', do: 'pass-over-agent', forMs: 60_000 },
  ],
})

/** An agent that can be told to fail. */
function worker(name: string, price: bigint, isWell: () => boolean) {
  return agent({
    name,
    description: 'Works.',
    skills: [
      skill({
        name,
        version: '1.0.0',
        description: 'Works.',
        input: z.object({}).loose(),
        output: z.object({}),
        price,
        async run() {
          await sleep(200)
          if (!isWell()) throw new Error('out of order')
          return {}
        },
      }),
    ],
  })
}

let isWell = true

beforeAll(async () => {
  await office.employ(
    worker('survey', 400_000n, () => true),
    'weather',
  )
  await putSupervisionInForce(office.consortium.nc, policy)
  const env = { ...office.busEnv(), LOG_LEVEL: 'warn' }
  office.children.push(await startRole('lookout', 'lookout', { dir: office.stack.dir, env, onDeath: () => {} }, {}))
})

describe('a supervision policy', () => {
  it('pauses a task that spends too fast, under the signature of the consortium, until a person resumes it', async () => {
    const work = { skill: 'survey@1', input: 'input', deadlineMs: 10_000 }
    const subtasks = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id, place, all) => ({
      ...{ id, ...work },
      after: place === 0 ? [] : [all[place - 1]!],
    }))
    // All of it takes 3.3 million of 4: more than half of the budget.
    const task = await office.open(subtasks, { budget: 4_000_000n })
    const paused = await task.until('TaskPaused')
    expect(paused.cause).toMatchObject({
      alert: { code: 'spending-too-fast', about: { taskId: task.taskId } },
      policy: { id: 'measures', version: '1.0.0', hash: supervisionHash(policy) },
    })
    expect(paused.reason).toBe(reasonOfMeasure(paused.cause!))
    await sleep(1_500)
    const given = task.events.filter(({ type }) => type === 'SubtaskAssigned').length
    expect(given).toBeLessThan(8)
    const document = { taskId: task.taskId, atMs: Date.now() }
    const { address: signer, privateKey } = office.approver
    const signature = signDocument(domain, 'Resumption', document, privateKey)
    await sendCommand(office.consortium.nc, 'resume', { ...document, signer, signature })
    await task.until('TaskCompleted')
    expect(task.events.filter(({ type }) => type === 'TaskPaused')).toHaveLength(1)
  })

  it('gives no work to an agent that degrades while another can do it, and says in the log why', async () => {
    const work = () => office.open([{ id: 'one', skill: 'mend@1', input: 'input', attempts: 1 }])
    const definition = worker('mend', 1n, () => isWell)
    const failing = await office.employ(definition, 'weather')
    for (let well = 0; well < 3; well++) await (await work()).until('TaskCompleted')
    isWell = false
    for (let ill = 0; ill < 3; ill++) await (await work()).until('TaskFailed')
    const other = await office.employ(
      worker('mend', 1n, () => true),
      'health',
    )
    await expect
      .poll(async () => (await sendCommand(office.consortium.nc, 'figures', {})) as object, { timeout: 10_000 })
      .toMatchObject({ alerts: { 'agent-degrading': 1 } })
    for (let again = 0; again < 3; again++) {
      const task = await work()
      const { chosen, passedOver } = await task.until('SubtaskAssigned')
      expect(chosen.map(({ agentId }) => agentId)).toEqual([other.agentId])
      expect(passedOver).toMatchObject([{ agentId: failing.agentId }])
      expect(passedOver[0]!.why).toMatch(/^measures@1\.0\.0 .* gives it no work until .*: agent-degrading, 100 % /)
      await task.until('TaskCompleted')
    }
  })
})
