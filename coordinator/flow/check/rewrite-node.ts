import type { Subtask, Wait } from '../../../protocol/plan.ts'

/** An expression in terms of the plan as a whole; names in `own` keep their meaning. */
export type Rewrite = (expression: string, ...own: string[]) => string

/** True when all are. */
export function both(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0]! : conditions.map(each => `(${each})`).join(' && ')
}

export function rewriteWork(node: Subtask, rewrite: Rewrite): Subtask {
  const { input, approval, compensate, forEach } = node
  const item = forEach ? [forEach.as, 'index'] : []
  return {
    ...node,
    input: rewrite(input, ...item),
    approval: approval && { ...approval, when: rewrite(approval.when, 'output') },
    ...(compensate ? { compensate: { ...compensate, input: rewrite(compensate.input, 'output', ...item) } } : {}),
    ...(forEach ? { forEach: { ...forEach, items: rewrite(forEach.items) } } : {}),
  }
}

export function rewriteWait({ wait }: Wait, rewrite: Rewrite): Wait['wait'] {
  if ('ms' in wait) return wait
  if ('until' in wait) return { until: rewrite(wait.until) }
  return {
    ...wait,
    ...(wait.match === undefined ? {} : { match: rewrite(wait.match, 'payload') }),
    ...(wait.from === undefined ? {} : { from: rewrite(wait.from) }),
  }
}
