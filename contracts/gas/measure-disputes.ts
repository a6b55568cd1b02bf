import type { Wallet } from 'ethers'
import type { Hex } from '../bindings.ts'
import { emptyLine, leafOf, lineType, treeOf } from './batch-lines.ts'
import { BATCH_SUBTASKS, batchOf, linesOf, requestersOf, type Trees } from './measure-batches.ts'
import type { Scene } from './scene.ts'

const TASKS = 128
const PLAYERS = 16
const taskType = lineType('TaskDisputes', 'disputeOrder', 'task')
const paymentType = lineType('PaymentDisputes', 'disputeReceipt', 'payment')
const penaltyType = lineType('PaymentDisputes', 'disputePenalty', 'penalty')
const ONE = `0x${'00'.repeat(19)}01`

/** Each dispute of a batch of 1,024 subtasks; where a task's size matters, of the largest there is, with 16 agents. */
export async function measureDisputes(scene: Scene): Promise<void> {
  const court: Court = { scene, requesters: await requestersOf(scene), parent: 2n, last: 2n }
  await measureTasks(court)
  await measurePayments(court)
  await measurePenalties(court)
}

interface Court {
  scene: Scene
  requesters: readonly Wallet[]
  parent: bigint
  /** The id of the batch posted last. */
  last: bigint
}

/** Posts a batch with these lines. Those before it were condemned, so it stands on the same parent. */
async function post(court: Court, trees: Trees) {
  const batch = batchOf(court.requesters, court.parent, trees)
  await court.scene.act(court.scene.settler, 'Batches', 'post', [batch])
  court.last += 1n
  return { id: court.last, batch }
}

// biome-ignore lint/suspicious/noExplicitAny: a line of any of the types, which the ABI checks when it is encoded.
type Line = any

async function measureTasks(court: Court): Promise<void> {
  const { scene } = court
  const { gas, governor } = scene
  const empty = emptyLine(taskType) as Line
  const tall = { ...empty, pool: 1n, endPayment: BigInt(PLAYERS), order: { ...empty.order, requester: ONE } }
  const tasks = linesOf(TASKS, taskType, { 0: tall })
  const task = (index: number, line: Line = empty) => ({ line, index: BigInt(index), path: tasks.path(index) })
  const payment = emptyLine(paymentType) as Line
  const payments = linesOf(BATCH_SUBTASKS, paymentType)
  const all = Array.from({ length: PLAYERS }, (_, index) => ({
    line: payment,
    index: BigInt(index),
    path: payments.path(index),
  }))
  const values = treeOf(Array.from({ length: 2 ** PLAYERS }, () => leafOf('uint256', 1n)))

  const order = await post(court, { tasks })
  gas['dispute an order'] = await scene.act(governor, 'TaskDisputes', 'disputeOrder', [order.id, order.batch, task(5)])
  const budget = await post(court, { tasks })
  const dear = [budget.id, budget.batch, task(0, tall)] as const
  gas['dispute a budget'] = await scene.act(governor, 'TaskDisputes', 'disputeBudget', dear)
  const totals = await post(court, { tasks })
  const neighbours = [totals.id, totals.batch, task(4), task(5), 0n] as const
  gas['dispute a total'] = await scene.act(governor, 'TaskDisputes', 'disputeTotals', neighbours)
  const split = await post(court, { tasks, payments })
  const whole = [split.id, split.batch, task(0, tall), all] as const
  gas['dispute the split of a task of 16 agents'] = await scene.act(governor, 'TaskDisputes', 'disputeSplit', whole)
  const twice = await post(court, { tasks })
  const again = [twice.id, twice.batch, task(6), twice.id, twice.batch, task(5)] as const
  gas['dispute a task settled twice'] = await scene.act(governor, 'TaskDisputes', 'disputeRepeat', again)
  const owned = linesOf(TASKS, taskType, { 0: { ...tall, coalitions: values.root } })
  const nobody = await post(court, { tasks: owned })
  gas['dispute the value of nobody'] = await scene.act(governor, 'TaskDisputes', 'disputeEmptyCoalition', [
    nobody.id,
    nobody.batch,
    { line: { ...tall, coalitions: values.root }, index: 0n, path: owned.path(0) },
    { value: 1n, path: values.path(0) },
  ])
}

async function measurePayments(court: Court): Promise<void> {
  const { scene } = court
  const { gas, governor } = scene
  const values = treeOf(Array.from({ length: 2 ** PLAYERS }, () => leafOf('uint256', 0n)))
  const sums = treeOf(Array.from({ length: 2 ** (PLAYERS - 1) }, () => leafOf('uint256', 7n)))
  const line = { ...(emptyLine(taskType) as Line), endPayment: BigInt(PLAYERS), coalitions: values.root }
  const tasks = linesOf(TASKS, taskType, { 0: line })
  const task = { line, index: 0n, path: tasks.path(0) }
  const empty = { ...(emptyLine(paymentType) as Line), trace: sums.root, earned: 1n }
  const later = { ...empty, earned: 5n, previous: 3n }
  const payments = linesOf(BATCH_SUBTASKS, paymentType, { 2: empty, 5: later, 6: later })
  const payment = (index: number, line: Line = empty) => ({ line, index: BigInt(index), path: payments.path(index) })
  const earnings = treeOf(Array.from({ length: BATCH_SUBTASKS }, () => leafOf('(uint256,uint64)', [2n, 3n])))
  const earning = { line: { cumulative: 2n, last: 3n }, path: earnings.path(0) }
  const trees = { tasks, payments, earnings }
  const dispute = async (name: string, call: Line, args: (id: bigint, batch: Line) => readonly Line[]) => {
    const { id, batch } = await post(court, trees)
    gas[name] = await scene.act(governor, 'PaymentDisputes', call, args(id, batch) as never)
  }

  await dispute('dispute a receipt', 'disputeReceipt', (id, batch) => [id, batch, task, payment(2)])
  const step = 32_767
  const mask = (step >> 2) * 8 + (step & 3)
  const number = (value: bigint, tree: typeof sums, index: number) => ({ value, path: tree.path(index) })
  await dispute('dispute a contribution among 16 agents', 'disputeContribution', (id, batch) => [
    id,
    batch,
    task,
    payment(2),
    {
      step: BigInt(step),
      before: number(7n, sums, step - 1),
      sum: number(7n, sums, step),
      without: number(0n, values, mask),
      with_: number(0n, values, mask | 4),
    },
  ])
  await dispute('dispute what a payment adds to', 'disputeEarned', (id, batch) => [
    id,
    batch,
    payment(5, later),
    payment(2),
  ])
  await dispute('dispute a fork of earnings', 'disputeFork', (id, batch) => [
    id,
    batch,
    payment(5, later),
    payment(6, later),
  ])
  await dispute('dispute a last payment', 'disputeLast', (id, batch) => [id, batch, 0n, earning, payment(2)])
  await dispute('dispute a later payment', 'disputeLater', (id, batch) => [id, batch, earning, payment(5, later)])
}

async function measurePenalties(court: Court): Promise<void> {
  const { scene } = court
  const { gas, governor } = scene
  const own = { ...(emptyLine(taskType) as Line), endPenalty: 8n }
  const tasks = linesOf(TASKS, taskType, { 0: own })
  const wrong = { ...(emptyLine(penaltyType) as Line), fault: 1, evidenceIndex: 100n }
  const penalties = linesOf(BATCH_SUBTASKS, penaltyType, { 3: wrong })
  const penalty = { line: wrong, index: 3n, path: penalties.path(3) }
  const first = await post(court, { tasks, penalties })
  gas['dispute a penalty'] = await scene.act(governor, 'PaymentDisputes', 'disputePenalty', [
    first.id,
    first.batch,
    { line: own, index: 0n, path: tasks.path(0) },
    penalty,
  ])
  const second = await post(court, { tasks, penalties })
  const nowhere = [second.id, second.batch, penalty, `0x${'00'.repeat(32)}` as Hex, []] as const
  gas['dispute evidence that the log does not hold'] = await scene.act(
    governor,
    'PaymentDisputes',
    'disputeEvidence',
    nowhere as never,
  )
}
