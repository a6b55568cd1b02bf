import { randomBytes } from 'node:crypto'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../../../protocol/canonical.ts'
import { signerOf } from '../../../protocol/documents.ts'
import { EntenteError, type ErrorCode } from '../../../protocol/errors.ts'
import type { Address, AgentId } from '../../../protocol/ids.ts'
import { keepInfo, type SealingKey } from '../../../protocol/key-release.ts'
import { type Schema, schemaFaults } from '../../../protocol/parameters.ts'
import { plainPlaces, replaceRestricted } from '../../../protocol/restricted-places.ts'
import { commitmentTo, sealValue } from '../../../protocol/seal-cipher.ts'
import { type GivenSeal, type GivenTo, givenFormat, isSealed, sealedClass } from '../../../protocol/sealed.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'
import type { Directory } from '../../../registry/directory.ts'
import { domainOfAdmin } from '../../../registry/domain-of-admin.ts'
import { readSealingKey } from '../../../registry/sealing-keys.ts'
import { wrapKey } from './wrap.ts'

/** Who gives something to a task, and where an agent is found that keeps the keys to it. */
export interface Giver {
  readonly nc: NatsConnection
  /** Asked for only where something is to be sealed. */
  readonly directory: () => Directory | Promise<Directory>
  readonly domain: SigningDomain
  /** Whose signature will be over it. */
  readonly by: Address
  /** Instead of the first agent of the giver's domain that can. */
  readonly keeper?: AgentId
}

/**
 * Seals what a schema marks as restricted in an input, a parameter, a signal's payload or an answer, each value under a key of its own
 * that is wrapped to the giver's keeper. What is sealed already stays as it is.
 * @param wrong the code for a value that its schema does not allow: once it is sealed nobody on the way can tell
 * @throws EntenteError SEAL_UNFIT where no keeper is found, and `wrong`
 */
export async function sealGiven(
  giver: Giver,
  schema: Schema | undefined,
  value: Json,
  to: GivenTo,
  wrong: ErrorCode,
): Promise<Json> {
  if (!schema || plainPlaces(schema, value).length === 0) return value
  const faults = schemaFaults(schema, value, 'it')
  if (faults.length > 0) throw new EntenteError(wrong, faults.join('; '))
  const keeper = await keeperOf(giver)
  const plain = new Map<string, Json>()
  replaceRestricted(schema, value, (inner, at) => {
    if (!isSealed(inner)) plain.set(at, inner)
    return inner
  })
  const sealing = [...plain].map(
    async ([at, inner]) => [at, await sealForKeeper(giver, keeper, inner, at, to)] as const,
  )
  const seals = new Map(await Promise.all(sealing))
  return replaceRestricted(schema, value, (inner, at) => seals.get(at) ?? inner)
}

type KeeperKey = Pick<SealingKey, 'publicKey'> & { readonly agentId: AgentId }

/** One value, for one keeper. @param at where it stands, as a JSON pointer */
export async function sealForKeeper(
  { by, domain }: Pick<Giver, 'by' | 'domain'>,
  { agentId, publicKey }: KeeperKey,
  value: Json,
  at: string,
  to: GivenTo,
) {
  const salt = randomBytes(32)
  const contentKey = randomBytes(32)
  const commitment = commitmentTo(value, salt)
  const place = { agentId, by, to, at, commitment }
  const wrap = await wrapKey(contentKey, publicKey, keepInfo(place, domain))
  const open = { sealed: givenFormat, class: sealedClass, ...place, ...wrap } as const
  return sealValue<GivenSeal>(value, salt, contentKey, open, domain)
}

/** The agent that was named, or the first active one of the giver's domain; it must have shown a key by its wallet. */
async function keeperOf({ nc, directory, domain, by, keeper }: Giver): Promise<KeeperKey> {
  const { domains, agents: all } = await directory()
  const own = domainOfAdmin({ domains }, by)?.domainId
  const agents = [...all.values()].filter(
    ({ agentId, active, domainId }) => active && (keeper === undefined ? domainId === own : agentId === keeper),
  )
  for (const { agentId, wallet } of agents) {
    const key = await readSealingKey(nc, agentId)
    if (!key || !wallet) continue
    const { publicKey, signature } = key
    if (signerOf(domain, 'SealingKey', { agentId, publicKey }, signature) === wallet) return { agentId, publicKey }
  }
  const who =
    keeper === undefined ? `no active agent of ${own ?? `a domain that ${by} administers`}` : `no agent ${keeper}`
  throw new EntenteError(
    'SEAL_UNFIT',
    `${who} has shown a key to which others can be wrapped: it has never been at work`,
  )
}
