import { offersIn } from '../../coordinator/planner/offered.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import type { Config } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { readOffers } from '../template/read-skills.ts'
import { withBus } from '../with-bus.ts'
import { orderGoal } from './order-goal.ts'
import { printGoal } from './print-goal.ts'
import { type GoalOptions, orderingOf } from './read-options.ts'

/** `entente goal`: plans a goal, from files alone or with what is offered on the bus, and orders it where that is said. */
export async function goal(text: string, options: GoalOptions, config: Config): Promise<void> {
  const { skills, order = false, offered = false } = options
  if (!order && !offered) {
    await printGoal(text, options, config, skills === undefined ? null : readOffers(skills))
    return
  }
  const ordering = order ? orderingOf(options, config) : null
  const log = openLog('goal', { LOG_LEVEL: 'silent' })
  await withBus(async nc => {
    const directory = await followDirectory({ nc, log })
    try {
      const offers = skills === undefined ? offersIn(directory.current()) : readOffers(skills)
      const planned = await printGoal(text, options, config, offers)
      if (ordering) process.exitCode = await orderGoal({ nc, directory, log }, { text, planned, offers, ...ordering })
    } finally {
      await directory.stop()
    }
  })
}
