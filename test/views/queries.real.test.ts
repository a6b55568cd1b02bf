import { beforeAll, describe, expect, test } from 'vitest'
import { listAgents, readAgent } from '../../coordinator/views/list-agents.ts'
import { listDomains } from '../../coordinator/views/list-domains.ts'
import { listCheckpoints, listLeaves } from '../../coordinator/views/list-evidence.ts'
import { listTasks } from '../../coordinator/views/list-tasks.ts'
import { readTask } from '../../coordinator/views/read-task.ts'
import { sha256 } from '../../protocol/hash.ts'
import { adminA, card, stranger, walletA } from './publish.ts'
import { approver, bundleText, startMs, taskIdOf } from './sample-task.ts'
import { engines } from './with-databases.ts'
import { withPublished } from './with-published.ts'

const published = withPublished()

describe.each(engines)('queries on %s', engine => {
  const read = published(engine)
  let db: ReturnType<typeof read>
  beforeAll(() => {
    db = read()
  })

  test('lists tasks, the latest first, by state and domain, page by page', async () => {
    const goals = (tasks: { goal: string }[]) => tasks.map(({ goal }) => goal)
    expect(goals(await listTasks(db, { limit: 10 }))).toEqual(['waiting', 'new', 'Respond to Katrina'])
    expect(goals(await listTasks(db, { limit: 10, state: 'completed' }))).toEqual(['Respond to Katrina'])
    expect(goals(await listTasks(db, { limit: 10, state: 'input-required' }))).toEqual(['waiting'])
    expect(goals(await listTasks(db, { limit: 10, domainId: 'police' }))).toEqual(['new'])
    const [first] = await listTasks(db, { limit: 1 })
    expect(goals(await listTasks(db, { limit: 1, before: first!.number }))).toEqual(['new'])
    expect(await listTasks(db, { limit: 10, state: 'failed' })).toEqual([])
  })

  test('reads a task with its subtasks, assignments, approvals and money', async () => {
    const task = (await readTask(db, taskIdOf('katrina')))!
    expect(task).toMatchObject({
      state: 'completed',
      templateName: 'emergency-response',
      budget: '1000000',
      submittedAtMs: startMs,
      endedAtMs: startMs + 100,
      settledAtMs: startMs + 400,
      provenAtMs: startMs + 700,
      bundle: sha256(bundleText),
      output: '{"landfall":"Buras","windKt":110}',
      reason: null,
    })
    expect(task.subtasks.map(({ subtaskId, phase }) => [subtaskId, phase])).toEqual([
      ['forecast', 'completed'],
      ['notice', 'completed'],
    ])
    expect(task.subtasks[0]).toMatchObject({ confidence: 1 / 3, attempt: 1, startedAtMs: startMs + 10 })
    // By number: as text, 12 would come before 2.
    expect(task.assignments.map(({ agentId, standing }) => [agentId, standing])).toEqual([
      ['0', 'accepted'],
      ['2', 'deviated'],
      ['12', 'no-show'],
    ])
    expect(task.approvals).toMatchObject([{ granted: 1, approver, answeredAtMs: startMs + 90 }])
    expect(task.money.map(({ kind, agentId, amount }) => [kind, agentId, amount])).toEqual([
      ['payment', '0', '1000'],
      ['penalty', '2', '5000'],
      ['penalty', '12', '500'],
      ['fee', null, '10'],
      ['refund', null, '998990'],
    ])
    expect(await readTask(db, taskIdOf('nothing'))).toBeUndefined()
  })

  test('lists agents by number, and only those active whose signature the chain acts on', async () => {
    const ids = (agents: { agentId: string }[]) => agents.map(({ agentId }) => agentId)
    expect(ids(await listAgents(db, { limit: 100 }))).toEqual(['0', '1', '2', '9', '10'])
    // 1 was withdrawn, 2 changed hands, 9 is of a suspended domain.
    expect(ids(await listAgents(db, { limit: 100, activity: 'active' }))).toEqual(['0', '10'])
    expect(ids(await listAgents(db, { limit: 100, activity: 'inactive' }))).toEqual(['1', '2', '9'])
    expect(ids(await listAgents(db, { limit: 2, after: '2' }))).toEqual(['9', '10'])
    expect(ids(await listAgents(db, { limit: 100, domainId: 'police' }))).toEqual(['9'])
  })

  test('reads an agent with its card, and its stake to the last unit', async () => {
    const agent = (await readAgent(db, '0'))!
    expect(agent).toMatchObject({ name: card.name, wallet: walletA, owner: adminA, active: 1, unbonding: '7' })
    expect(JSON.parse(agent.card!)).toEqual(card)
    expect(BigInt(agent.stake)).toBe(5n * 10n ** 30n - 7n - 100n)
    expect(await readAgent(db, '2')).toMatchObject({ owner: stranger, wallet: null, active: 0 })
    expect(await readAgent(db, '3')).toBeUndefined()
  })

  test('lists domains with the number of their agents', async () => {
    expect(await listDomains(db)).toEqual([
      {
        domainId: 'police',
        name: 'Department police',
        admin: adminA,
        status: 'suspended',
        admittedAtMs: startMs + 2,
        agents: 1,
      },
      {
        domainId: 'weather',
        name: 'Department weather',
        admin: adminA,
        status: 'admitted',
        admittedAtMs: startMs + 1,
        agents: 3,
      },
    ])
  })

  test('lists leaves of a task or all, and checkpoints from the latest', async () => {
    const taskId = taskIdOf('katrina')
    const events = (type: string, of: string) => JSON.stringify([{ type, hash: sha256(of) }])
    expect(await listLeaves(db, { limit: 10 })).toHaveLength(3)
    expect(await listLeaves(db, { limit: 10, taskId })).toEqual([
      { position: 0, taskId, firstEvent: 0, events: events('TaskSubmitted', '0') },
      { position: 2, taskId, firstEvent: 1, events: events('TaskFunded', '2') },
    ])
    expect(await listLeaves(db, { limit: 10, taskId, after: 0 })).toHaveLength(1)
    const checkpoints = await listCheckpoints(db, { limit: 10 })
    expect(checkpoints.map(({ size, root }) => [size, root])).toEqual([
      [3, sha256('root 3')],
      [1, sha256('root 1')],
    ])
    expect(await listCheckpoints(db, { limit: 10, before: 3 })).toHaveLength(1)
  })
})
