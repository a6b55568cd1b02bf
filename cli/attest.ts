import { writeFile } from 'node:fs/promises'
import { payloadType, taskStatement } from '../evidence/attestation/task-statement.ts'
import { verifyBundle } from '../evidence/verify.ts'
import { canonicalJson } from '../protocol/canonical.ts'
import { signEnvelope } from '../protocol/dsse.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { authorizeByCedar } from '../registry/policy/cedar.ts'
import { readConfig } from '../stack/config.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { exitCodes } from './exit-codes.ts'
import { readBundle } from './read-bundle.ts'

/**
 * `entente attest`: a statement of what a bundle shows, signed by ENTENTE_KEY, beside the bundle unless another file is named. Of
 * one that does not hold nothing is signed.
 * @throws EntenteError CONFIG_INVALID, FILE_UNREADABLE, BUNDLE_INVALID, KEY_INVALID, FILE_UNWRITABLE
 */
export async function attest(file: string, { out }: { readonly out?: string }): Promise<number> {
  const { ENTENTE_KEY } = readConfig(process.env)
  if (!ENTENTE_KEY) throw new EntenteError('CONFIG_INVALID', 'ENTENTE_KEY is not set: the key file of who attests')
  const { privateKey, address } = readKeyFile(ENTENTE_KEY)
  const input = readBundle(file)
  const { ok, summary } = await verifyBundle(input, { authorize: authorizeByCedar })
  if (!ok) {
    process.stderr.write(`${summary}\n`)
    return exitCodes.notVerified
  }
  const statement = Buffer.from(canonicalJson(taskStatement(input as Bundle)))
  const envelope = signEnvelope(payloadType, statement, privateKey, address)
  const name = out ?? `${file.replace(/\.json$/, '')}.intoto.json`
  try {
    await writeFile(name, `${JSON.stringify(envelope)}\n`)
  } catch (cause) {
    throw new EntenteError('FILE_UNWRITABLE', `${name} cannot be written`, { cause })
  }
  process.stderr.write(`signed by ${address}\n`)
  process.stdout.write(`${name}\n`)
  return exitCodes.done
}
