import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { openSigners } from '../../gateway/keys/key-list.ts'
import type { Signers } from '../../gateway/keys/signer.ts'
import type { Address } from '../../protocol/ids.ts'
import type { World } from '../gateway/with-gateway.ts'

/** The gateway's signers and, beside them, admins of domains with funds of their own. */
export async function fundedSigners(
  { servers, keysFile }: World,
  count: number,
): Promise<{ signers: Signers; admins: Address[] }> {
  const { mnemonic, path } = servers.stack.chainAccounts!
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(mnemonic), path)
  // The first few accounts are the deployer's, the governor's and the relayer's.
  const admins = Array.from({ length: count }, (_, index) => parent.deriveChild(10 + index))
  const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as Record<string, string>
  const file = join(servers.dir, 'keys-with-admins.json')
  const withAdmins = {
    ...keys,
    ...Object.fromEntries(admins.map(({ privateKey }, index) => [`admin${index}`, privateKey])),
  }
  writeFileSync(file, JSON.stringify(withAdmins), { mode: 0o600 })
  return { signers: await openSigners(file), admins: admins.map(({ address }) => address.toLowerCase() as Address) }
}
