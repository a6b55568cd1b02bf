import { isRedacted, verifyRedacted } from './redact/verify-redacted.ts'
import type { Report } from './report.ts'
import { type VerifyOptions, verifyBundle } from './verify.ts'

/**
 * Verifies what an evidence file holds: a bundle, or what is left of one for a reader. What is left is verified from the
 * file alone: too little of it is on the chain.
 * @param input the parsed JSON of the file
 * @throws EntenteError CHAIN_UNREACHABLE
 */
export async function verifyFile(input: unknown, options: VerifyOptions = {}): Promise<Report> {
  return isRedacted(input) ? verifyRedacted(input, options) : verifyBundle(input, options)
}
