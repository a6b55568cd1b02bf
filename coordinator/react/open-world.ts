import { createActedOn } from '../acted-on.ts'
import { openAhead } from '../ahead.ts'
import type { Followed } from '../followed.ts'
import { handleWith } from '../handle.ts'
import { Hearing } from '../hearing.ts'
import { Homes } from '../homes.ts'
import { LeafWriter } from '../leaf-writer.ts'
import type { Limits } from '../limits.ts'
import { Attendant } from '../room/attendant.ts'
import { GoldRecords } from '../room/gold-records.ts'
import { Offers } from '../room/offers.ts'
import { OpenTasks } from '../room/open-tasks.ts'
import type { Peers } from '../room/peers.ts'
import { reputationKeys, TrackRecords } from '../room/track-records.ts'
import { assign, assignAtOnce } from './assign.ts'
import { clearAtOnce } from './clear.ts'
import type { World } from './context.ts'
import { fitAtOnce } from './fit.ts'
import { mayPreemptBy, preempt } from './preempt.ts'
import { Proofs } from './proofs.ts'

export interface WorldOptions
  extends Pick<World, 'nc' | 'js' | 'jsm' | 'log' | 'tasks' | 'chain' | 'domain' | 'privateKey' | 'model' | 'writer'> {
  readonly limits: Limits
  readonly followed: Followed
  readonly peers: Peers
}

/** What effects may touch; who gives out work, which needs that and is needed by it; and how agents have done. */
export function openWorld(options: WorldOptions) {
  const { nc, js, jsm, log, tasks, domain, model, chain, privateKey, limits, followed, peers, writer } = options
  const { directory, keeper, policies, statements, alerts, onChain, carryOut } = followed
  const offers = new Offers(directory.current, statements)
  const records = new TrackRecords(() => onChain.periods(reputationKeys))
  const goldRecords = new GoldRecords()
  const attendant = new Attendant({
    ...{ log, writer, offers, records },
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
  const world: World = {
    ...{ nc, js, jsm, log, writer, tasks, handle, directory, keeper, offers, goldRecords, policies, model },
    ...{ chain, domain, privateKey, carryOut },
    leaves: new LeafWriter(js),
    homes: new Homes(writer),
    ahead: openAhead(),
    hearing: new Hearing(),
    actedOn: createActedOn(nc),
    openTasks: new OpenTasks(),
    proofs: new Proofs(jsm),
  }
  return { world, attendant, records }
}
