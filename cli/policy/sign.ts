import { existsSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { signingDomain } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { PolicySignature } from '../../protocol/signed-policy.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import { signPolicy } from '../../registry/policy/sign-policy.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { readJson } from '../read-json.ts'
import { readText } from '../read-text.ts'
import { withBus } from '../with-bus.ts'

const signaturesFile = (file: string) => `${file}.signatures.json`

/** `entente policy sign`: adds the signature of the domain whose admin ENTENTE_KEY is, beside the file. */
export async function signPolicyFile(file: string): Promise<void> {
  const set = policyFrom(file, readText(file))
  const own = await withBus(async (nc, config) => {
    if (!config.ENTENTE_KEY)
      throw new EntenteError('CONFIG_INVALID', 'ENTENTE_KEY is not set: the key file of an admin')
    const { privateKey } = readKeyFile(config.ENTENTE_KEY)
    const chain = await askChainInfo(nc)
    const directory = await followDirectory({ nc, log: openLog('policy', config) })
    try {
      return signPolicy(set, privateKey, directory.current(), signingDomain(chain.chainId, chain.contractRegistry))
    } finally {
      await directory.stop()
    }
  })
  const signatures = [...signaturesOf(file).filter(({ domainId }) => domainId !== own.domainId), own]
  writeFileSync(signaturesFile(file), `${JSON.stringify(signatures, null, 2)}\n`)
  process.stdout.write(`${set.id}@${set.version} is signed for ${own.domainId}, with ${signatures.length} in all.\n`)
}

/** What `policy sign` has gathered; none where it never ran. */
export function signaturesOf(file: string): PolicySignature[] {
  const path = signaturesFile(file)
  if (!existsSync(path)) return []
  const { success, data } = z.array(PolicySignature).safeParse(readJson(path, readText(path)))
  if (success) return data
  throw new EntenteError('POLICY_UNSIGNED', `${path} holds no signatures of a policy set`)
}
