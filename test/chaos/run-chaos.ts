import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CastDomain } from '../../scenarios/consortium/cast.ts'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../stack/config.ts'
import { freePort } from '../../stack/embedded/free-port.ts'
import { openLog } from '../../stack/log.ts'
import { leftovers } from '../harness/leave-nothing-behind.ts'
import type { Check } from './check/finding.ts'
import { checkRun } from './check-run.ts'
import { deposit, drive, moodsOf, requester } from './drive.ts'
import { type Figures, figuresOf } from './figures.ts'
import type { ChaosOptions } from './options.ts'
import { type Kill, planKills, shareOf, type VictimRole } from './plan-kills.ts'
import { strike, victimOf } from './strike.ts'
import { type Charge, supervise } from './supervise.ts'
import { watchTasks } from './watch-tasks.ts'

const module = (name: string) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
const stake = 100_000_000n
/** anvil writes its state once a second, and may lose the last three of them: fewer blocks than it takes to be final. */
const environment = { BLOCK_TIME_S: '0.25', FINALITY_BLOCKS: '20', LOG_LEVEL: 'info' }

export interface Outcome {
  readonly holds: boolean
  readonly plan: readonly Kill[]
  readonly checks: readonly Check[]
  readonly figures: Figures
  /** With the log of each process; removed unless it is to be kept, or something does not hold. */
  readonly dir: string
}

/** Of agents, where some stay away: otherwise one that is started again at once would lose its work to another. */
const heartbeatMs = 1_000

type Onlooker = { onStep(text: string): void; signal: AbortSignal }

/** Runs tasks while processes are killed, and checks what is left at the end. */
export async function runChaos(
  options: Omit<ChaosOptions, 'json' | 'minutes'>,
  { onStep, signal }: Onlooker,
): Promise<Outcome> {
  const startedMs = performance.now()
  const dir = mkdtempSync(join(tmpdir(), 'entente-chaos-'))
  const plan = planKills(options.seed, options.kills, options.victims)
  const config = readConfig({ ...environment, ENTENTE_PORT: String(await freePort()) })
  const consortium = await startConsortium({ config, cast: cast(), dir, onStep, onDeath: () => {} })
  const checks: Check[] = []
  let figures: Figures
  try {
    const under = await underFire(consortium, dir, plan, options, { onStep, signal })
    checks.push(...under.checks)
    figures = figuresOf({ ...under, startedMs })
  } finally {
    await consortium.stop()
  }
  const left = await leftovers(dir)
  checks.push({ what: 'no process is left', count: 1, findings: left })
  const holds = checks.every(({ findings }) => findings.length === 0)
  if (holds && !options.keep) rmSync(dir, { recursive: true, force: true })
  return { holds, plan, checks, figures, dir }
}

/** Three domains of two agents each. */
function cast(): CastDomain[] {
  // Of one domain: with one card they would be one agent.
  const agents = ['first-clerk', 'second-clerk'].map(name => ({ module: module(name), stake }))
  return [
    { domainId: requester, name: 'Office', agents },
    { domainId: 'archive', name: 'Archive', agents },
    { domainId: 'treasury', name: 'Treasury', agents },
  ]
}

async function underFire(
  consortium: Consortium,
  dir: string,
  plan: readonly Kill[],
  { seed, tasks, coordinators, inFlight, away, stall, deadline }: Omit<ChaosOptions, 'json' | 'minutes'>,
  { onStep, signal }: Onlooker,
) {
  const log = openLog('chaos', { LOG_LEVEL: 'warn' }, join(dir, 'logs', 'chaos.log'))
  const more = Array.from({ length: coordinators - 1 }, () => consortium.startCoordinator())
  await Promise.all([...more, depositFor(consortium, requester, deposit(tasks))])
  const charges = chargesOf(consortium)
  const watch = watchTasks(consortium.nc, log)
  const supervisor = supervise(charges, onStep, 1_000 * away)
  const stopping = new AbortController()
  const ending = AbortSignal.any([signal, stopping.signal])
  try {
    tellPlan(plan, charges, stall > 0 ? 'processes that stand still' : 'kills', onStep)
    let share = () => 0
    const strikes = strike({
      ...{ kills: plan, charges, supervisor, stallMs: 1_000 * stall, onStep },
      share: () => share(),
      signal: ending,
    })
    const driven = drive({
      consortium,
      watch,
      seed,
      moods: moodsOf(seed, tasks),
      inFlight,
      patience: { deadlineMs: 1_000 * deadline, ...(away + stall > 0 ? { heartbeatMs } : {}) },
      nextKill: strikes.next,
      signal: ending,
    })
    share = driven.share
    const telling = setInterval(() => onStep(`${shareOf(Math.round(1e4 * share()))} done`), 5_000)
    const ended = await Promise.allSettled([driven.done, strikes.ended]).finally(() => clearInterval(telling))
    await Promise.race([supervisor.allUp(), new Promise(resolve => setTimeout(resolve, 60_000).unref())])
    const failure = ended.find(each => each.status === 'rejected')
    onStep('looking at what is left')
    const told = { seed, isBack: away + stall === 0, watch, moods: driven.moods, plan, strikes, failure }
    const checks = await checkRun({ consortium, dir, ...told, log })
    return { ...checks, watch, strikes, supervisor }
  } finally {
    stopping.abort()
    await supervisor.stop()
    await watch.stop()
  }
}

/** Servers and processes of ours; coordinators are told apart by a number. */
function chargesOf({ stack, members }: Consortium): Charge[] {
  const servers = stack.servers.map(server => named(server, server.name, server.name))
  const ours = members.map((member, index) => {
    const before = members.slice(0, index).filter(({ name }) => name === member.name).length
    return named(member, member.role, member.role === 'coordinator' ? `coordinator-${before + 1}` : member.name)
  })
  return [...servers, ...ours]
}

function named(process: { readonly pid: number; restart(): Promise<void> }, role: string, name: string): Charge {
  return {
    role,
    name,
    get pid() {
      return process.pid
    },
    restart: () => process.restart(),
  }
}

function tellPlan(
  plan: readonly Kill[],
  charges: readonly Charge[],
  what: string,
  onStep: (text: string) => void,
): void {
  onStep(`the plan, ${plan.length} ${what}:`)
  for (const { progress, waitMs, role, which } of plan) {
    onStep(
      `  at ${shareOf(progress).padStart(6)} and ${String(waitMs).padStart(3)} ms: ${victimOf(charges, role as VictimRole, which).name}`,
    )
  }
}
