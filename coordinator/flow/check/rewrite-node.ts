import type { Ask, AskRule } from '../../../protocol/ask.ts'
import type { Halt, Subtask, Wait } from '../../../protocol/plan.ts'
import { isAsk, isWait } from './structure.ts'

/** An expression in terms of the plan as a whole; names in `own` keep their meaning. */
export type Rewrite = (expression: string, ...own: string[]) => string

/** True when all are. */
export function both(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0]! : conditions.map(each => `(${each})`).join(' && ')
}

export function rewriteOwn(node: Subtask | Halt, rewrite: Rewrite): Subtask | Halt {
  if (isWait(node)) return { ...node, wait: rewriteWait(node, rewrite) }
  return isAsk(node) ? { ...node, ask: rewriteAsk(node, rewrite) } : rewriteWork(node, rewrite)
}

function rewriteWork(node: Subtask, rewrite: Rewrite): Subtask {
  const { input, approval, compensate, forEach, needs } = node
  const item = forEach ? [forEach.as, 'index'] : []
  return {
    ...node,
    input: rewrite(input, ...item),
    approval: approval && { ...approval, when: rewrite(approval.when, 'output') },
    ...(compensate ? { compensate: { ...compensate, input: rewrite(compensate.input, 'output', ...item) } } : {}),
    ...(forEach ? { forEach: { ...forEach, items: rewrite(forEach.items) } } : {}),
    ...(needs ? { needs: rewriteNeeds(needs, each => rewrite(each, ...item)) } : {}),
  }
}

function rewriteNeeds(needs: NonNullable<Subtask['needs']>, rewrite: (expression: string) => string) {
  const rewritten = Object.entries(needs).map(
    ([resource, units]) => [resource, typeof units === 'string' ? rewrite(units) : units] as const,
  )
  return Object.fromEntries(rewritten)
}

function rewriteAsk({ ask }: Ask, rewrite: Rewrite): AskRule {
  const { question, show, from } = ask
  return {
    ...ask,
    question: typeof question === 'string' ? question : { expression: rewrite(question.expression) },
    ...(show === undefined ? {} : { show: rewrite(show) }),
    ...(typeof from === 'string' ? { from: rewrite(from) } : {}),
  }
}

function rewriteWait({ wait }: Wait, rewrite: Rewrite): Wait['wait'] {
  if ('ms' in wait) return wait
  if ('until' in wait) return { until: rewrite(wait.until) }
  return {
    ...wait,
    ...(wait.match === undefined ? {} : { match: rewrite(wait.match, 'payload') }),
    ...(wait.from === undefined ? {} : { from: rewrite(wait.from) }),
  }
}
