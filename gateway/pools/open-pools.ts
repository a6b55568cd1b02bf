import { type FitnessGround, openFitness } from './fitness.ts'
import type { PoolList } from './pool-list.ts'
import { createPools, type Pools, type PoolsGround } from './pools.ts'

/**
 * The pools of a gateway, once it is known what their keys have and may.
 *
 * @throws EntenteError CONFIG_INVALID when no key of a pool may do all that others of it may
 */
export async function openPools(
  ground: FitnessGround & Omit<PoolsGround, 'list' | 'fitness'>,
  list: PoolList,
): Promise<Pools> {
  return createPools({ ...ground, list, fitness: await openFitness(ground, list) })
}
