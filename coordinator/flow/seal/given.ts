import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/ids.ts'
import type { GivenKey, Keeper } from '../../../protocol/key-release.ts'
import type { Schema } from '../../../protocol/parameters.ts'
import { plainPlaces } from '../../../protocol/restricted-places.ts'
import { type GivenSeal, type GivenTo, isGiven, nameOfSeal, sealsIn } from '../../../protocol/sealed.ts'
import type { Task } from '../state.ts'

/** Whose a sealed value must be, and for which task. */
export interface Giving {
  readonly by: Address
  readonly to: GivenTo
  readonly keepers?: readonly Keeper[] | undefined
}

/**
 * What a schema marks as restricted is sealed, and what is sealed is so by who signs for it, for this task, with its key at a keeper
 * whom the chain knows.
 * @param called what a message calls the value
 * @throws EntenteError SEAL_MISSING, SEAL_UNFIT
 */
export function checkGiven(schema: Schema | undefined, value: Json, called: string, giving: Giving): void {
  const plain = schema ? plainPlaces(schema, value) : []
  if (plain.length > 0) throw new EntenteError('SEAL_MISSING', missing(called, plain))
  const faults = sealFaultsOf(value, giving)
  if (faults.length > 0) throw new EntenteError('SEAL_UNFIT', `${called}: ${faults.map(({ why }) => why).join('; ')}`)
}

export function missing(called: string, plain: readonly string[]): string {
  return `${plain.map(at => called + at).join(', ')} is restricted, and came in plain`
}

/** What of the sealed values that were given is not as it must be, each by the fields that lead to it. */
export function sealFaultsOf(value: Json, { by, to, keepers = [] }: Giving) {
  return sealsIn(value).flatMap(({ fields, seal }): { fields: readonly string[]; why: string }[] => {
    const fault = (why: string) => [{ fields, why: `${nameOfSeal(seal)} ${why}` }]
    if (!isGiven(seal)) return fault('was sealed by an agent at work, who releases no key to what it is part of here')
    if (seal.by !== by) return fault(`is sealed by ${seal.by}; it is given by ${by}`)
    if (contentHash(seal.to) !== contentHash(to)) return fault('is sealed for another task')
    return keepers.some(({ agentId }) => agentId === seal.agentId) ? [] : fault(`names no known keeper`)
  })
}

/** The keeper of what was given to a task, as it was when it was given; null for what never was. */
export function keeperOf(task: Task, { agentId, by, to }: Pick<GivenSeal, 'agentId' | 'by' | 'to'>): Keeper | null {
  const { authority, keepers = [] } = task.submitted!
  const isTask = 'taskId' in to ? to.taskId === task.taskId : isOrderOf(authority, by, to.nonce)
  if (!isTask) return null
  const known = [...keepers, ...task.subtasks.valueSeq().flatMap(each => each.keepers)]
  return known.findLast(keeper => keeper.agentId === agentId) ?? null
}

function isOrderOf(authority: NonNullable<Task['submitted']>['authority'], by: Address, nonce: string): boolean {
  return authority.by === 'order' && authority.order.requester === by && authority.order.nonce === nonce
}

export function givenKey(task: Task, seal: GivenSeal): GivenKey[] {
  const keeper = keeperOf(task, seal)
  if (!keeper) return []
  const { agentId, by, to, at, commitment, keyHash, enc, wrapped } = seal
  return [{ agentId, by, to, at, commitment, keyHash, enc, wrapped, domainId: keeper.domainId }]
}
