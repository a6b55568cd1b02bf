import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from '../../protocol/hash.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import type { Log } from '../../stack/log.ts'
import { checkBundles } from './check/bundles.ts'
import { checkEffects, type EffectFigures } from './check/effects.ts'
import { checkEnds } from './check/ends.ts'
import type { Check } from './check/finding.ts'
import { checkFines } from './check/fines.ts'
import { checkMessages } from './check/messages.ts'
import { checkMoney } from './check/money.ts'
import { readApi } from './check/read-api.ts'
import { checkReplay } from './check/replay.ts'
import { effectsFile, readEffects } from './effects.ts'
import type { Kill } from './plan-kills.ts'
import type { Strikes } from './strike.ts'
import type { Mood } from './template.ts'
import { type Watch, watchTasks } from './watch-tasks.ts'

/** What is final on chain has settled by then. */
const restMs = 1_000

interface Run {
  readonly consortium: Consortium
  readonly dir: string
  readonly seed: number
  /** Whoever is struck is there again at once. */
  readonly isBack: boolean
  readonly watch: Watch
  readonly moods: ReadonlyMap<Hex, Mood>
  readonly plan: readonly Kill[]
  readonly strikes: Strikes
  /** Why the run came to no end of its own. */
  readonly failure: PromiseRejectedResult | undefined
  readonly log: Log
}

/** Everything that must hold when all tasks have ended. */
export async function checkRun(run: Run): Promise<{ checks: Check[]; effects: EffectFigures }> {
  const { consortium, dir, seed, isBack, watch, moods, strikes, log } = run
  await sleep(restMs)
  const { nc, stack, operatorUrl } = consortium
  const { tasks } = watch
  const shown = await readApi(operatorUrl, dir, [...tasks.keys()])
  const afresh = watchTasks(nc, log)
  await afresh.caughtUp
  await afresh.stop()
  const names = agentNames(consortium)
  const effects = [...names].map(([id, name]) => [id, readEffects(effectsFile(join(dir, 'agents', name)))] as const)
  const { check, figures } = checkEffects(tasks, new Map(effects))
  const checks = [
    checkKills(run),
    checkEnds(moods, tasks),
    check,
    checkFines(tasks, agentId => !isBack && strikes.struck.has(names.get(agentId)!)),
    ...(await checkMoney(consortium, tasks)),
    await checkMessages(nc, log),
    checkReplay(tasks, afresh.tasks, shown),
    await checkBundles({ nc, chainUrl: stack.urls.chain, tasks: [...tasks.values()], seed }),
  ]
  return { checks, effects: figures }
}

function checkKills({ plan, strikes, failure }: Run): Check {
  const done = [...strikes.done.values()].reduce((sum, count) => sum + count, 0)
  return {
    what: 'the plan carried out while tasks ran',
    count: done,
    findings: [
      ...(done === plan.length ? [] : [`${plan.length - done} of it were not carried out`]),
      ...(failure ? [`the run did not come to its end: ${failure.reason}`] : []),
    ],
  }
}

/** By agent id: each agent has a folder of that name. */
function agentNames({ agents, members }: Consortium): ReadonlyMap<string, string> {
  const names = members.filter(({ role }) => role === 'agent').map(({ name }) => name)
  // Members come in the order of their start; names end with the agent's place in the cast.
  const place = (name: string) => Number(name.split('-').at(-1))
  names.sort((a, b) => place(a) - place(b))
  return new Map(agents.map(({ agentId }, index) => [agentId, names[index]!]))
}
