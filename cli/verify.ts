import { isRedacted } from '../evidence/redact/verify-redacted.ts'
import type { Report } from '../evidence/report.ts'
import { verifyFile } from '../evidence/verify-file.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Address } from '../protocol/ids.ts'
import { authorizeByCedar } from '../registry/policy/cedar.ts'
import { exitCodes } from './exit-codes.ts'
import { readBundle } from './read-bundle.ts'
import { readJson } from './read-json.ts'
import { readText } from './read-text.ts'

/** Findings shown to a person; `--json` has them all. */
const shownFindings = 10

interface VerifyFlags {
  readonly rpc?: string | undefined
  readonly witnesses?: number | undefined
  readonly attestation?: string | undefined
  readonly attester?: string | undefined
  readonly json?: boolean
}

/** `entente verify`: the report on standard output; the exit status says whether the bundle holds. */
export async function verify(file: string, flags: VerifyFlags): Promise<number> {
  const report = await reportOn(readBundle(file), flags)
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${describeReport(report)}\n`)
  return report.ok ? exitCodes.done : exitCodes.notVerified
}

function reportOn(input: unknown, { rpc, witnesses, attestation, attester }: VerifyFlags): Promise<Report> {
  if (rpc && isRedacted(input))
    throw new EntenteError('RPC_NEEDLESS', 'of a redacted bundle nothing more can be compared with the chain')
  if (attester && !attestation) throw new EntenteError('COMMAND_INVALID', '--attester says who signed an --attestation')
  return verifyFile(input, {
    authorize: authorizeByCedar,
    ...(rpc && { rpcUrl: rpc }),
    ...(witnesses !== undefined && { witnesses }),
    ...(attestation && {
      attestation: {
        envelope: readJson(attestation, readText(attestation)),
        attester: attester as Address | undefined,
      },
    }),
  })
}

/** A report as a person reads it. */
export function describeReport({ summary, checks, findings, unchecked }: Report): string {
  const rows = checks.map(({ name, ok, count }) => `  ${ok ? '✔' : '✖'} ${name.padEnd(12)} ${count}`)
  const wrong = findings.slice(0, shownFindings).map(({ where, what }) => `  ${where || '(the file)'}: ${what}`)
  const more = findings.length > shownFindings ? [`  and ${findings.length - shownFindings} more`] : []
  const left = unchecked.map(sentence => `  - ${sentence}`)
  const notSeen = left.length > 0 ? ['What this could not see:', ...left] : []
  return [summary, ...rows, ...wrong, ...more, ...notSeen].join('\n')
}
