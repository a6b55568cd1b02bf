import type { NatsConnection } from '@nats-io/nats-core'
import type { Task } from '../../coordinator/flow/state.ts'
import { type PlannedGoal, parametersOf } from '../../coordinator/planner/goal/plan-goal.ts'
import type { Offers } from '../../coordinator/planner/offered.ts'
import { parseTemplate } from '../../coordinator/planner/read-template.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { schemaFaults } from '../../protocol/parameters.ts'
import { domainOfAdmin } from '../../registry/domain-of-admin.ts'
import type { FollowedDirectory } from '../../registry/follow-directory.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { followToProof } from '../../scenarios/consortium/follow-to-proof.ts'
import { makeOrder } from '../../scenarios/consortium/make-order.ts'
import { submit } from '../../scenarios/consortium/order-task.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import type { KeyFile } from '../../stack/key-file.ts'
import type { Log } from '../../stack/log.ts'
import { exitCodeOfTask } from '../exit-codes.ts'
import { keepBundle } from '../keep-bundle.ts'
import { mostOf } from './most-of.ts'
import { orderView } from './order-view.ts'
import type { Ordering } from './read-options.ts'

export interface Ground {
  readonly nc: NatsConnection
  readonly directory: FollowedDirectory
  readonly log: Log
}

export interface GoalOrder extends Ordering {
  readonly text: string
  readonly planned: PlannedGoal
  readonly offers: Offers
}

/**
 * Signs an order for a plan that was made, sends it, shows what becomes of it, and keeps and verifies the proof.
 * @returns the exit status
 * @throws EntenteError INPUT_INVALID, UNAUTHORIZED, SEAL_UNFIT; or as the coordinator refused it
 */
export async function orderGoal({ nc, directory, log }: Ground, order: GoalOrder): Promise<number> {
  const { text, planned, offers, input, key, approvers, keeper, replan, durationS } = order
  const { template, used, plan, by: planner } = planned
  const { inputSchema } = parseTemplate(template)
  const [fault] = inputSchema ? schemaFaults(inputSchema, input, 'input') : []
  if (fault) throw new EntenteError('INPUT_INVALID', fault)
  const budget = order.budget ?? mostOf(plan, offers.offerOf)
  const domainId = domainOf(directory, key)
  const chain = await askChainInfo(nc)
  const by = { requester: key, approvers: approvers.length > 0 ? approvers : [key.address] }
  const ordering = { nc, chain, directory, ...by, ...(keeper === null ? {} : { keeper }) }
  const command = await makeOrder(ordering, {
    ...{ domainId, goal: text, template, used, input, budget, durationS },
    parameters: parametersOf(planner),
    ...(planner.kind === 'model' ? { planning: planner.record } : {}),
    ...(replan ? { replan } : {}),
  })
  const taskId = await submit({ nc, chain }, command)
  return follow({ nc, directory, log }, taskId, { ...order, budget })
}

async function follow(
  { nc, directory, log }: Ground,
  taskId: Hex,
  { budget, json, out }: GoalOrder & { budget: bigint },
) {
  const view = orderView(json, directory)
  view.ordered(taskId, budget)
  const following = followToProof(nc, taskId, { log, onEvent: view.onEvent })
  let task: Task
  try {
    task = await following.proven
  } finally {
    await following.stop()
  }
  const { path, bundle } = await keepBundle(nc, task, out)
  const report = await verifyBundle(bundle, { authorize: authorizeByCedar })
  await view.outcome({ nc, task, path, report })
  return exitCodeOfTask(task, report)
}

/** The domain whose admin has this key: it is the one that pays. */
function domainOf(directory: FollowedDirectory, { address }: KeyFile): string {
  const domain = domainOfAdmin(directory.current(), address)
  if (domain) return domain.domainId
  throw new EntenteError('UNAUTHORIZED', `${address}, whose key is in ENTENTE_KEY, is the admin of no admitted domain`)
}
