import { signingDomain } from '../../protocol/documents.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { checkPolicySignatures } from '../../registry/policy/check-signatures.ts'
import { putPolicyInForce } from '../../registry/policy/in-force.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { openLog } from '../../stack/log.ts'
import { readText } from '../read-text.ts'
import { withBus } from '../with-bus.ts'
import { signaturesOf } from './sign.ts'

/** `entente policy set`: puts a signed set in force, for all tasks, from their next subtask on. */
export async function setPolicy(file: string): Promise<void> {
  const signed = { set: policyFrom(file, readText(file)), signatures: signaturesOf(file) }
  const hash = await withBus(async (nc, config) => {
    const chain = await askChainInfo(nc)
    const directory = await followDirectory({ nc, log: openLog('policy', config) })
    try {
      // Coordinators would pass it over without a word to whoever sets it.
      checkPolicySignatures(signed, directory.current(), signingDomain(chain.chainId, chain.contractRegistry))
    } finally {
      await directory.stop()
    }
    return putPolicyInForce(nc, signed)
  })
  process.stdout.write(`${signed.set.id}@${signed.set.version}, ${hash}, is in force.\n`)
}
