import type { PolicySet } from './policy.ts'

/** One entity as a policy names it: `Domain::"police"`. */
export interface Entity {
  readonly type: 'Domain' | 'ResponsePlan' | 'Template' | 'Skill' | 'Class' | 'Role' | 'Resource'
  readonly id: string
}

/** One question to a policy set. What is asked of a set, and the types of it, say `registry/policy/schema.ts`. */
export interface Asked {
  readonly action: 'order' | 'ask' | 'flow' | 'preempt'
  readonly principal: Entity
  readonly resource: Entity
  readonly context: { readonly [name: string]: boolean | string | Entity | readonly Entity[] }
}

export interface Judged {
  readonly allowed: boolean
  /** The policies that decided, each with the reason that it gives. */
  readonly reasons: readonly string[]
}

/**
 * An engine for policies. It is given to the rules, so that they stay free of it: of the same set and question it must
 * always say the same, whoever runs it.
 */
export type Authorize = (set: PolicySet, asked: Asked) => Judged

/** A task's requester; a response plan was made by the consortium. */
export function partyOf(domainId: string | null): Entity {
  return domainId === null ? { type: 'ResponsePlan', id: 'consortium' } : { type: 'Domain', id: domainId }
}
