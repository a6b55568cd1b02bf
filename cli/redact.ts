import { writeFile } from 'node:fs/promises'
import { redact } from '../evidence/redact/redact.ts'
import { verifyBundle } from '../evidence/verify.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { authorizeByCedar } from '../registry/policy/cedar.ts'
import { exitCodes } from './exit-codes.ts'
import { readBundle } from './read-bundle.ts'

/**
 * `entente redact`: what a domain may see of a bundle, written beside it unless another file is named. Of a bundle that does
 * not hold nothing is written.
 * @throws EntenteError FILE_UNREADABLE, BUNDLE_INVALID, REDACTION_NEEDLESS, READER_UNKNOWN, FILE_UNWRITABLE
 */
export async function writeRedacted(
  file: string,
  { for: domainId, out }: { readonly for?: string; readonly out?: string },
): Promise<number> {
  const input = readBundle(file)
  const reader = domainId ?? null
  const { ok, summary } = await verifyBundle(input, { authorize: authorizeByCedar })
  if (!ok) {
    process.stderr.write(`${summary}\n`)
    return exitCodes.notVerified
  }
  const redacted = redact(input as Bundle, reader)
  const name = out ?? `${file.replace(/\.json$/, '')}.for-${reader ?? 'anyone'}.json`
  try {
    await writeFile(name, JSON.stringify(redacted))
  } catch (cause) {
    throw new EntenteError('FILE_UNWRITABLE', `${name} cannot be written`, { cause })
  }
  const withheld = redacted.events.filter(entry => 'withheld' in entry).length
  process.stderr.write(`${withheld} of ${redacted.events.length} events withheld\n`)
  process.stdout.write(`${name}\n`)
  return exitCodes.done
}
