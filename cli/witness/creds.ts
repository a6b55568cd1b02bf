import { z } from 'zod'
import { EntenteError } from '../../protocol/errors.ts'
import { DomainId } from '../../protocol/ids.ts'
import { issueWitnessCreds } from '../../registry/witness-permissions.ts'
import { readConfig } from '../../stack/config.ts'
import { readSecretFile } from '../../stack/secret-file.ts'

const Wanted = z.object({
  domain: DomainId,
  days: z.coerce.number('--days takes a number').int().min(1).max(3_650),
})

/**
 * `entente witness creds`: the text of a credentials file. Secret.
 * @throws EntenteError COMMAND_INVALID, CONFIG_INVALID, FILE_UNREADABLE
 */
export async function printCreds(domain: string, days: string): Promise<void> {
  const wanted = Wanted.safeParse({ domain, days })
  if (!wanted.success) {
    const [{ path, message } = { path: [], message: '' }] = wanted.error.issues
    throw new EntenteError('COMMAND_INVALID', `--${path.join('.')}: ${message}`)
  }
  const { NATS_ACCOUNT: accountPublicKey, NATS_SIGNING_SEED_FILE: seedFile } = readConfig(process.env)
  if (!accountPublicKey || !seedFile) {
    throw new EntenteError(
      'CONFIG_INVALID',
      'NATS_ACCOUNT and NATS_SIGNING_SEED_FILE say in whose name users are admitted',
    )
  }
  const account = { accountPublicKey, signingSeed: readSecretFile('NATS_SIGNING_SEED_FILE', seedFile).trim() }
  const creds = await issueWitnessCreds(account, wanted.data.domain, wanted.data.days * 24 * 3_600).catch(cause => {
    throw new EntenteError('CONFIG_INVALID', `NATS_SIGNING_SEED_FILE: ${seedFile} holds no seed of an account`, {
      cause,
    })
  })
  process.stdout.write(creds)
}
