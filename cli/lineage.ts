import { type Lineage, lineageOf } from '../evidence/lineage/query.ts'
import type { Step } from '../evidence/lineage/step.ts'
import { verifyBundle } from '../evidence/verify.ts'
import { EntenteError } from '../protocol/errors.ts'
import { Bundle } from '../protocol/evidence.ts'
import { exitCodes } from './exit-codes.ts'
import { readBundle } from './read-bundle.ts'

/**
 * `entente lineage`: what a place in a task was made of, or what was made of it. The exit status says whether the bundle holds.
 * @throws EntenteError FILE_UNREADABLE, BUNDLE_INVALID, PLACE_UNKNOWN
 */
export async function lineage(
  file: string,
  of: string,
  { forward, json }: { readonly forward?: boolean; readonly json?: boolean },
): Promise<number> {
  const input = readBundle(file)
  const { ok, summary } = await verifyBundle(input)
  const { data: bundle } = Bundle.safeParse(input)
  if (!bundle) throw new EntenteError('BUNDLE_INVALID', summary)
  const found = lineageOf(bundle, of, forward ? 'forward' : 'backward')
  const text = json ? JSON.stringify({ holds: ok, ...found }) : [summary, ...linesOf(found)].join('\n')
  process.stdout.write(`${text}\n`)
  return ok ? exitCodes.done : exitCodes.notVerified
}

function linesOf({ of, direction, steps, ends }: Lineage): string[] {
  const head = direction === 'backward' ? `${of} was made of:` : `Of ${of} was made:`
  const end = direction === 'backward' ? 'It begins with' : 'It reaches'
  const last =
    ends.length > 0
      ? `${end} ${ends.join(', ')}.`
      : `${end} nothing of the ${direction === 'backward' ? 'order' : 'outcome'}.`
  return [head, ...steps.flatMap(stepLines), last]
}

function stepLines({ subtaskId, title, reads, agents, policies, answers }: Step): string[] {
  return [
    `  ${subtaskId}${title ? `: ${title}` : ''}`,
    ...(reads.length > 0 ? [`    from ${reads.join(', ')}`] : []),
    ...agents.map(({ agentId, domainId, accepted, earned, receipt }) => {
      const money = earned === null ? '' : `, earned ${Number(earned) / 1e6} in this task`
      const signed = receipt ? `, signed ${receipt}` : ', signed nothing'
      return `    agent ${agentId} of ${domainId}${accepted ? '' : ' (its result does not stand)'}${signed}${money}`
    }),
    ...policies.flatMap(({ id, version, said }) => said.map(each => `    policy ${id}@${version} on ${each}`)),
    ...answers.map(({ by, what }) => `    ${by} ${what}`),
  ]
}
