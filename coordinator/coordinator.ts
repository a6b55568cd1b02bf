import { randomUUID } from 'node:crypto'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { ChainInfo } from '../protocol/chain-message.ts'
import { type Parameters, termsOf } from '../protocol/consortium.ts'
import { signingDomain } from '../protocol/documents.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams } from '../protocol/subjects.ts'
import type { Terms } from '../protocol/task.ts'
import { followDirectory } from '../registry/follow-directory.ts'
import { followParameters } from '../registry/follow-parameters.ts'
import type { ParameterCache } from '../registry/parameter-cache.ts'
import { followPolicy } from '../registry/policy/in-force.ts'
import type { Log } from '../stack/log.ts'
import { openJetstream } from '../stack/publish.ts'
import { followSupervision } from '../stack/supervision.ts'
import { createActedOn } from './acted-on.ts'
import { openAhead } from './ahead.ts'
import { askWitnesses } from './ask-witnesses.ts'
import { attend } from './attend.ts'
import { answerDoor } from './doors/answer.ts'
import { approveDoor } from './doors/approve.ts'
import { deadWorkConsumer, deadWorkDoor } from './doors/dead-work.ts'
import { figuresDoor } from './doors/figures.ts'
import { measuresConsumer, measuresDoor } from './doors/measures.ts'
import { openingsConsumer, openingsDoor } from './doors/openings.ts'
import { resultsConsumer, resultsDoor } from './doors/results.ts'
import { retryDeadDoor } from './doors/retry-dead.ts'
import { signalDoor } from './doors/signal.ts'
import { cancelDoor, pauseDoor, resumeDoor } from './doors/stop.ts'
import { submitDoor } from './doors/submit.ts'
import { withdrawalsConsumer, withdrawalsDoor } from './doors/withdrawals.ts'
import { handleWith } from './handle.ts'
import { Keeper } from './keeper.ts'
import type { Limits } from './limits.ts'
import { Snapshots } from './log/snapshots.ts'
import { TaskLog } from './log/task-log.ts'
import type { ModelEndpoint } from './model/ask-model.ts'
import { assign, assignAtOnce } from './react/assign.ts'
import { clearAtOnce } from './react/clear.ts'
import type { World } from './react/context.ts'
import { fitAtOnce } from './react/fit.ts'
import { hasten } from './react/hasten.ts'
import { mayPreemptBy, preempt } from './react/preempt.ts'
import { Proofs } from './react/proofs.ts'
import { react } from './react/react.ts'
import { Attendant } from './room/attendant.ts'
import { GoldRecords } from './room/gold-records.ts'
import { Offers } from './room/offers.ts'
import { OpenTasks } from './room/open-tasks.ts'
import { Peers } from './room/peers.ts'
import { followStatements } from './room/statements.ts'
import { reputationKeys, TrackRecords } from './room/track-records.ts'
import { followOpenAlerts } from './warning/open-alerts.ts'

export interface CoordinatorOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  /** Signs settlements and checkpoints; the chain must have given it both roles. */
  readonly privateKey: Hex
  /** What holds where the ConfigRegistry on chain says nothing; all coordinators of a consortium must have the same. */
  readonly parameters: Parameters
  /** Where what the chain says of them is kept for whoever starts. */
  readonly cache?: ParameterCache | undefined
  readonly limits: Limits
  /** How tasks are settled whose orders say nothing. */
  readonly settlement?: 'single' | 'batch'
  /** A language model, asked for another plan where an order permits that. */
  readonly model?: ModelEndpoint | null
}

/**
 * Runs a coordinator. It holds nothing that is not in the log: any number may run, and one that is killed at any
 * instant is taken up, by another or by itself, where the log stands.
 */
export async function startCoordinator(options: CoordinatorOptions) {
  const { nc, log, chain, privateKey, parameters, cache, limits, settlement, model = null } = options
  const js = openJetstream(nc)
  const jsm = await jetstreamManager(nc)
  const writer = randomUUID()
  const stopping = new AbortController()
  const tasks = new TaskLog(js, jsm, await Snapshots.open(nc, log), writer)
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const [directory, kept] = await Promise.all([followDirectory({ nc, log }), Keeper.start(nc, domain, privateKey, log)])
  const [policies, supervision, onChain] = await Promise.all([
    followPolicy({ nc, log, directory, domain }),
    followSupervision(nc, log),
    followParameters({ nc, log, otherwise: parameters, cache }),
  ])
  const terms = (): Terms => ({
    ...termsOf(onChain.current()),
    ...(settlement === 'batch' ? { settlement } : {}),
  })
  const { keeper } = kept
  keeper.showTo(checkpoint => askWitnesses({ nc, log, directory, domain }, checkpoint))
  const peers = new Peers(nc, writer)
  const statements = await followStatements(nc, log, domain)
  const offers = new Offers(directory.current, statements)
  const openTasks = new OpenTasks()
  const records = new TrackRecords(() => onChain.periods(reputationKeys))
  const goldRecords = new GoldRecords()
  const alerts = await followOpenAlerts({ nc, log }, supervision)
  const attendant = new Attendant({
    log,
    writer,
    offers,
    records,
    weightOf: domainId => limits.weights.get(domainId) ?? 1,
    whyHeld: agentId => alerts.whyHeld(agentId),
    giveOut: grant => assign(world, grant),
    breakOff: shortage => preempt(world, shortage),
    mayPreempt: mayPreemptBy(policies),
    isAlone: () => peers.isAlone(),
  })
  // Each waits for what the one before it says.
  const handle = handleWith(tasks, (task, atMs, before) => {
    const cleared = clearAtOnce({ offers, policies }, task, atMs)
    if (cleared.length > 0) return cleared
    const fitted = fitAtOnce({ offers }, task, atMs)
    if (fitted.length > 0) return fitted
    return assignAtOnce({ offers, goldRecords }, task, attendant.giveAtOnce(task, before), atMs)
  })
  const ahead = openAhead()
  const shared = { ahead, nc, js, jsm, log, tasks, handle, directory, keeper }
  const world: World = {
    ...shared,
    actedOn: createActedOn(nc),
    offers,
    openTasks,
    goldRecords,
    policies,
    proofs: new Proofs(jsm),
    model: model && { ...model, stop: stopping.signal },
    chain,
    domain,
    privateKey,
  }
  // Before the doors open: how much room there is follows from all tasks that are open.
  const attending = await attend(world, writer, {
    heedDemand(entry, demand) {
      openTasks.heed(entry.taskId, demand)
      attendant.heed(entry, demand)
      if (demand.priority === 'emergency' && demand.isOpen && entry.writer === writer) void hasten(world, entry)
    },
    heedDeeds(deeds) {
      records.take(deeds)
      goldRecords.take(deeds)
    },
  })
  attendant.open()
  const forgetDirectory = directory.onChange(() => attendant.reconsider())
  alerts.onChange(() => attendant.reconsider())
  statements.onChange(() => attendant.reconsider())
  const commands = [
    submitDoor(world, terms, limits),
    approveDoor(world),
    cancelDoor(world),
    pauseDoor(world),
    resumeDoor(world),
    signalDoor(world),
    answerDoor(world),
    figuresDoor(world, attendant, alerts),
  ]
  const [reacting, results, openings, withdrawals, measures, deadWork] = await Promise.all([
    react(world),
    resultsDoor(world),
    openingsDoor(world, terms),
    withdrawalsDoor(world),
    measuresDoor(world, supervision),
    deadWorkDoor(world),
  ])
  const readers = [reacting, results, openings, withdrawals, measures, deadWork]
  const takes = new Map([
    [`${streams.results}/${resultsConsumer}`, results.take],
    [`${streams.chainEvents}/${openingsConsumer}`, openings.take],
    [`${streams.chainEvents}/${withdrawalsConsumer}`, withdrawals.take],
    [`${streams.alerts}/${measuresConsumer}`, measures.take],
    [`${streams.advisories}/${deadWorkConsumer}`, deadWork.take],
  ])
  const doors = [...commands, retryDeadDoor(world, takes)]
  return {
    async stop() {
      stopping.abort()
      await Promise.allSettled(doors.map(door => door.drain()))
      await Promise.allSettled(readers.map(reader => reader.stop()))
      forgetDirectory()
      attendant.stop()
      peers.stop()
      policies.stop()
      supervision.stop()
      await Promise.allSettled([
        attending.stop(),
        statements.stop(),
        directory.stop(),
        kept.stop(),
        alerts.stop(),
        onChain.stop(),
      ])
    },
  }
}
