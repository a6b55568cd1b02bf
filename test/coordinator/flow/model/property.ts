import fc from 'fast-check'
import { checkRules } from '../../../../evidence/check-rules.ts'
import { canonicalJson } from '../../../../protocol/canonical.ts'
import type { Bundle } from '../../../../protocol/evidence.ts'
import { taskId } from '../drive.ts'
import { Belief } from './belief.ts'
import { anything } from './commands.ts'
import { opening, recorded } from './messages.ts'
import { Broken, type Check, type Rules } from './step.ts'
import { setups } from './templates.ts'
import { World } from './world.ts'

export interface Tried {
  /** Rules for each task. */
  readonly rules: () => Rules
  readonly checks: readonly Check[]
  /** Of a counterexample: the commands of it that were run. */
  readonly replayPath?: string
  /** Is told each task when nothing more happens to it. */
  readonly onDone?: (world: World) => void
}

/** Whatever is asked of a task, in whatever order, however often: every check holds, after every command. */
export function anyTask({ rules, checks, replayPath, onDone }: Tried) {
  const commands = fc.commands(anything, { maxCommands: 60, size: 'max', ...(replayPath ? { replayPath } : {}) })
  return fc.property(setups, commands, (setup, given) => {
    const world = new World(setup, rules(), checks)
    const belief = new Belief()
    const begin = () => {
      const first = setup.planned ? Object.values(opening) : []
      for (const message of first) world.take(belief, message(setup))
      return { model: belief, real: world }
    }
    fc.modelRun(begin, given)
    bringToEnd(world, belief)
    onDone?.(world)
  })
}

/** Whatever it is at: time passes until it has ended, then it is settled and proven. */
function bringToEnd(world: World, belief: Belief): void {
  if (!belief.submitted) return
  for (let step = 0; step < 300 && !(belief.ended && (belief.computed || !belief.funded)); step++) {
    world.nowMs = Math.max(world.nowMs, belief.nextDeadlineMs() ?? 0)
    world.take(belief, { type: 'passTime' })
  }
  world.take(belief, recorded('recordBatch'))
  world.take(belief, recorded('recordSettlement'))
  world.take(belief, recorded('recordProof'))
}

/** 19. A verifier, who has what was written and nothing else, finds by the rules that everything happened as it had to. */
export function aVerifierAgrees({ history, setup, records }: World): void {
  if (history.length === 0) return
  const settled = history.some(({ type }) => type === 'TaskSettled')
  const bundle = {
    taskId,
    template: setup.template,
    replannings: [...records.values()],
    judgings: [...records.values()],
    events: history.map((event, leaf) => ({ event, leaf, path: [] })),
    anchors: { settlement: settled ? {} : null },
  }
  const { findings } = checkRules(JSON.parse(canonicalJson(bundle)) as Bundle)
  if (findings.length > 0) throw new Broken(`a verifier finds ${JSON.stringify(findings)}`)
}
