import type { NatsConnection } from '@nats-io/nats-core'
import { makeWitnessFolder } from '../../coordinator/witness/witness-folder.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex } from '../../protocol/hash.ts'
import { keyTypes, verifierKey } from '../../protocol/note.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { Appointment, appointmentDocument } from '../../protocol/witness.ts'
import { type Directory, emptyDirectory, foldDirectory } from '../../registry/directory.ts'
import { domainOfAdmin } from '../../registry/domain-of-admin.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { followByRequest } from '../../stack/follow-by-request.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { type Log, openLog } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
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
    const own = domainOfAdmin(await readDirectory(nc, openLog('witness', config)), signer)
    if (!own)
      throw new EntenteError(
        'UNAUTHORIZED',
        `${signer}, whose key is in ENTENTE_KEY, is the admin of no admitted domain`,
      )
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

/** What the chain's events say by now, read with no more than the credentials of a witness allow. */
async function readDirectory(nc: NatsConnection, log: Log): Promise<Directory> {
  const directory = emptyDirectory()
  const events = followByRequest(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('*', '*'),
    take: ({ data }) => {
      const event = parseJson(ChainEvent, data)
      if (event) foldDirectory(directory, event)
    },
    log,
  })
  await events.caughtUp
  await events.stop()
  return directory
}
