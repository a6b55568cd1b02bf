import type { Kysely } from 'kysely'
import { beforeAll } from 'vitest'
import { startProjection } from '../../coordinator/views/project.ts'
import type { Views } from '../../coordinator/views/schema.ts'
import { sha256 } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { adminA, admit, card, enrolled, messageLife, Publisher, stranger, walletA } from './publish.ts'
import { historyOf, taskIdOf } from './sample-task.ts'
import { type Engine, engines, withDatabases } from './with-databases.ts'

/** A read model on each engine of what a consortium's streams have, which are filled once for a test file. */
export function withPublished() {
  const servers = withStack()
  const databases = withDatabases()
  /** To be called in the `describe` of an engine. */
  return (engine: Engine): (() => Kysely<Views>) => {
    let db: Kysely<Views>
    beforeAll(async () => {
      const nc = await servers.connect('views')
      await ensureStreams(nc, { replicas: 1 })
      db = await databases.openNew(engine)
      // The streams are the same for both engines.
      if (engine === engines[0]) await publishAll(new Publisher(nc))
      const projection = startProjection({ nc, db, log: openLog('views', { LOG_LEVEL: 'silent' }) })
      await projection.caughtUp()
      await projection.stop()
    })
    return () => db
  }
}

export const paidTask = sha256('paid task')
export const finedTask = sha256('fined task')
const escrow = (event: string, args: Record<string, string>) => ({ contract: 'Escrow', event, args })

/** A task that was paid for, and a batch that takes first what is there, then what is about to leave. */
const paid = [
  escrow('Deposited', { account: stranger, from: stranger, amount: '100' }),
  escrow('TaskFunded', { taskId: paidTask, requester: stranger, budget: '100', deadline: '1' }),
  escrow('AgentPaid', { taskId: paidTask, agentId: '0', amount: '30' }),
  escrow('TaskSettled', { taskId: paidTask, evidence: paidTask, paid: '30', penalised: '0', fee: '5', refund: '65' }),
  escrow('WithdrawalAnnounced', { account: stranger, amount: '10', leavesAt: '1' }),
  {
    contract: 'Batches',
    event: 'BatchPosted',
    args: {
      id: '1',
      settler: adminA,
      bond: '9',
      finalAfter: '1',
      batch: { fees: '1', debits: [{ requester: stranger, endTask: '1', amount: '65' }] },
    },
  },
  { contract: 'Batches', event: 'BatchFinalised', args: { id: '1', earned: '64', fees: '1', bond: '9' } },
]

const place = { tree: '0', index: '2', sub: '0' }
/** A demand whose stake is lost, and an appeal that nobody ruled on yet, by the same party. */
const pledged = [
  escrow('Deposited', { account: walletA, from: walletA, amount: '3' }),
  {
    contract: 'Demands',
    event: 'LineDemanded',
    args: { id: '1', place, demander: walletA, dueAt: '20', stake: '1' },
  },
  { contract: 'Demands', event: 'LineShown', args: { id: '1', place, by: walletA, stake: '1' } },
  {
    contract: 'Penalties',
    event: 'PenaltyAppealed',
    args: { taskId: finedTask, agentId: '9', appellant: walletA, bond: '3', until: '30' },
  },
]

async function publishAll(publish: Publisher): Promise<void> {
  await publish.entries(historyOf('katrina'))
  await publish.entries(historyOf('new', { goal: 'new', domainId: 'police' }).slice(0, 1))
  await publish.entries(historyOf('waiting', { goal: 'waiting' }).slice(0, 9))
  const leaf = (name: string, index: number, type: string, hash: string) => ({
    taskId: taskIdOf(name),
    first: index,
    events: [{ type, hash: sha256(hash) }],
  })
  await publish.leaves([
    leaf('katrina', 0, 'TaskSubmitted', '0'),
    leaf('new', 0, 'TaskSubmitted', '1'),
    leaf('katrina', 1, 'TaskFunded', '2'),
  ])
  await publish.life(messageLife)
  await publish.card(card)
  await publish.chain([
    admit('weather', adminA),
    admit('police', adminA),
    ...['0', '1', '2', '10'].flatMap(agentId => enrolled(agentId, 'weather', adminA, walletA)),
    ...enrolled('9', 'police', adminA, walletA),
    { contract: 'Domains', event: 'AgentWithdrawn', args: { domainId: domainToBytes32('weather'), agentId: '1' } },
    { contract: 'IdentityRegistry', event: 'Transfer', args: { from: adminA, to: stranger, tokenId: '2' } },
    { contract: 'Domains', event: 'DomainSuspended', args: { domainId: domainToBytes32('police') } },
    { contract: 'Stake', event: 'UnbondRequested', args: { agentId: '0', amount: '7', releaseTime: '1' } },
    { contract: 'Stake', event: 'StakeHeld', args: { agentId: '0', amount: '100' } },
    { contract: 'EvidenceLog', event: 'Checkpointed', args: { size: '1', root: sha256('root 1') } },
    { contract: 'EvidenceLog', event: 'Checkpointed', args: { size: '3', root: sha256('root 3') } },
    ...paid,
    ...pledged,
  ])
}
