import type { DataItem, FlowVerdict, PolicySet } from '../../../protocol/policy.ts'
import { taskApprovers } from '../../../protocol/policy.ts'

/** One entity as a policy names it: `Domain::"police"`. */
export interface Entity {
  readonly type: 'Domain' | 'ResponsePlan' | 'Template' | 'Skill' | 'Class' | 'Role' | 'Resource'
  readonly id: string
}

/** One question to a policy set. What is asked of a set, and the types of it, say `coordinator/policy/schema.ts`. */
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

/** Who asks for what, for which task. */
export interface Purpose {
  readonly requester: Entity
  readonly template: string
  readonly skill: string
}

/** Under what a flow may be allowed. */
interface Terms {
  readonly masked: boolean
  readonly roles: readonly string[]
}

/** A task's requester; a response plan was made by the consortium. */
export function partyOf(domainId: string | null): Entity {
  return domainId === null ? { type: 'ResponsePlan', id: 'consortium' } : { type: 'Domain', id: domainId }
}

/**
 * Whether a domain may be asked for this, and be given these data; under the mildest terms that the set allows: as they
 * are, masked, approved of, both. The terms of all data together are the domain's.
 */
export function judgeDomain(
  set: PolicySet,
  authorize: Authorize,
  purpose: Purpose,
  data: readonly DataItem[],
  domainId: string,
): FlowVerdict {
  const resource: Entity = { type: 'Domain', id: domainId }
  const common = { skill: entity('Skill', purpose.skill), template: entity('Template', purpose.template) }
  const roles = [taskApprovers, ...Object.keys(set.roles).sort()]
  const asking = mildest(termsOf(roles, false), ({ roles }) =>
    authorize(set, {
      action: 'ask',
      principal: purpose.requester,
      resource,
      context: { ...common, approvedBy: roles.map(role => entity('Role', role)) },
    }),
  )
  const flows = data.map(item =>
    mildest(termsOf(roles, true), ({ masked, roles }) =>
      authorize(set, {
        action: 'flow',
        principal: partyOf(item.owner),
        resource,
        context: {
          ...common,
          class: entity('Class', item.class),
          masked,
          approvedBy: roles.map(role => entity('Role', role)),
        },
      }),
    ),
  )
  const found = [
    { what: `to be asked for ${purpose.skill}`, ...asking },
    ...flows.map((flow, place) => ({ what: nameOf(data[place]!), ...flow })),
  ]
  const permit = found.every(({ terms }) => terms !== null)
  // What is refused says why; what is let through, by which policies.
  const telling = permit ? found : found.filter(({ terms }) => terms === null)
  return {
    domainId,
    permit,
    masks: permit ? flows.flatMap(({ terms }, place) => (terms?.masked ? [place] : [])) : [],
    approval: permit ? [...new Set(found.flatMap(({ terms }) => terms?.roles ?? []))].sort() : [],
    reasons: [...new Set(telling.map(({ what, terms, reasons }) => `${what}: ${under(terms)}${reasons.join(', ')}`))],
  }
}

function mildest(
  all: readonly Terms[],
  judge: (terms: Terms) => Judged,
): { terms: Terms | null; reasons: readonly string[] } {
  let refusal: readonly string[] = []
  for (const [place, terms] of all.entries()) {
    const { allowed, reasons } = judge(terms)
    if (allowed) return { terms, reasons }
    if (place === 0) refusal = reasons
  }
  return { terms: null, reasons: refusal }
}

function termsOf(roles: readonly string[], mayMask: boolean): Terms[] {
  const alone = roles.map(role => [role])
  const approvals = roles.length > 1 ? [...alone, roles] : alone
  const masks = mayMask ? [false, true] : [false]
  return [[], ...approvals].flatMap(some => masks.map(masked => ({ masked, roles: some })))
}

function entity(type: Entity['type'], id: string): Entity {
  return { type, id }
}

function nameOf({ owner, class: dataClass, from, at }: DataItem): string {
  return `${dataClass} data of ${owner ?? 'a response plan'} (${at === '' ? from : `${from}.${at}`})`
}

function under(terms: Terms | null): string {
  if (terms === null) return 'no, by '
  const conditions = [
    ...(terms.masked ? ['masked'] : []),
    ...(terms.roles.length > 0 ? [`approved by ${terms.roles.join(' and ')}`] : []),
  ]
  return `${conditions.length > 0 ? conditions.join(', ') : 'yes'}, by `
}
