import { makeWitnessFolder } from '../../coordinator/witness/witness-folder.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex } from '../../protocol/hash.ts'
import { keyTypes, verifierKey } from '../../protocol/note.ts'
import { Appointment, appointmentDocument } from '../../protocol/witness.ts'
import { domainOfAdmin } from '../../registry/domain-of-admin.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { withBus } from '../with-bus.ts'

/** `entente witness new`: prints the key as others are told of it (C2SP `signed-note`, "verifier keys"). */
export async function newWitness(folder: string, name: string): Promise<void> {
  if (!Appointment.shape.name.safeParse(name).success) {
    throw new EntenteError('CONFIG_INVALID', `--name is ${JSON.stringify(name)}, but takes no spaces and no +`)
  }
  const { domainId, publicKey } = await withBus(async (nc, config) => {
    if (!config.ENTENTE_KEY) {
      throw new EntenteError('CONFIG_INVALID', 'ENTENTE_KEY is not set: the key file of an admin')
    }
    const { privateKey, address: signer } = readKeyFile(config.ENTENTE_KEY)
    const { chainId, contractRegistry } = await askChainInfo(nc)
    const directory = await followDirectory({ nc, log: openLog('witness', config) })
    const own = domainOfAdmin(directory.current(), signer)
    await directory.stop()
    if (!own) throw new EntenteError('KEY_INVALID', `${signer} is the admin of no admitted domain`)
    const { domainId } = own
    return makeWitnessFolder(folder, publicKey => {
      const document = appointmentDocument({ domainId, name, publicKey })
      const signature = signDocument(signingDomain(chainId, contractRegistry), 'Witness', document, privateKey)
      return { ...document, signer, signature }
    })
  })
  process.stderr.write(`${folder} holds the witness of ${domainId}\n`)
  process.stdout.write(`${verifierKey(name, keyTypes.cosignature, fromHex(publicKey))}\n`)
}
