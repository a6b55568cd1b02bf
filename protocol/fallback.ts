import { z } from 'zod'
import { SubtaskId } from './ids.ts'

/** What a fallback consists of, in a template and in a plan, beside the nodes that it brings. */
const occasion = {
  id: SubtaskId,
  title: z.string().default('').describe('for people: why the plan is another from then on'),
  failed: z.array(SubtaskId).min(1).max(100).optional().describe('taken up when any of these has failed for good'),
  after: z.array(SubtaskId).min(1).max(100).optional().describe('or, with `when`: once all of these have ended'),
  when: z.string().optional().describe('JMESPath over { input, outputs, params }: taken up if it gives true'),
  keep: z.array(SubtaskId).default([]).describe('goes on as it was planned, beside what is done; all else is given up'),
}

/**
 * What replaces the rest of a plan when a subtask has failed for good, or when what is known by then makes it so.
 * @param nodes what comes instead
 */
export const fallbackOf = <N extends z.ZodRawShape>(nodes: N) =>
  z.strictObject({ ...occasion, ...nodes }).check(({ value, issues }) => {
    const { failed, after, when } = value as { failed?: unknown; after?: unknown; when?: unknown }
    const isSaid =
      failed === undefined ? after !== undefined && when !== undefined : after === undefined && when === undefined
    const message = 'either `failed`, or `after` and `when`, says on what occasion it is taken up'
    if (!isSaid) issues.push({ code: 'custom', message, input: value, path: [] })
  })
