import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { StandingListed } from '../../coordinator/views/list-alerts.ts'
import type { Views } from '../../coordinator/views/schema.ts'
import { alertCodes, severities } from '../../protocol/alert.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { FreezeOrder } from '../../protocol/freeze.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { AddressText, Hash, TimeMs } from './fields.ts'

export const Alert = z
  .object({
    alertId: Hash,
    number: z.int().describe('In the order in which alerts were raised'),
    code: z.enum(alertCodes),
    about: z
      .record(z.string(), z.string())
      .describe('Task, subtask, agent, domain, skill, policy or part of the chain'),
    severity: z.enum(severities),
    cause: z.string().describe('In words and numbers'),
    figures: z
      .record(z.string(), z.number())
      .describe('The numbers by name; shares from 0 to 1, times in milliseconds'),
    suggestion: z.string(),
    raisedAtMs: TimeMs,
    clearedAtMs: TimeMs.nullable().describe('Null while it is raised'),
  })
  .meta({ id: 'Alert' })

export function toAlert({ about, figures, ...row }: Views['alerts']): z.infer<typeof Alert> {
  return Alert.parse({ ...row, about: JSON.parse(about), figures: JSON.parse(figures) })
}

const words = ['none', 'allowed', 'denied', 'sanctioned'] as const

export const Standing = z
  .object({
    account: AddressText,
    standing: z.enum(words).describe('Denied or sanctioned: whoever has the account is frozen'),
    txHash: Hash,
    blockNumber: z.int(),
    atMs: TimeMs,
    order: z
      .object({
        hash: Hash.describe('Also at the end of the call in the transaction'),
        does: z.enum(['freeze', 'unfreeze']),
        about: z.record(z.string(), z.string()).describe('The agent or the domain'),
        reason: z.string(),
      })
      .nullable()
      .describe("The regulator's order; null where its text is not there"),
  })
  .meta({ id: 'Standing' })

export async function toStanding(nc: NatsConnection, row: StandingListed): Promise<z.infer<typeof Standing>> {
  const { account, standing, txHash, blockNumber, atMs, orderHash } = row
  const told = { account, standing: words[Number(standing)]!, txHash, blockNumber, atMs }
  return { ...told, order: await orderOf(nc, orderHash) }
}

async function orderOf(nc: NatsConnection, text: string | null) {
  const hash = Bytes32.safeParse(text).data
  const order = hash && parseJson(FreezeOrder, await getArtifact(nc, hash).catch(unlessAway))
  return order ? { hash, does: order.does, about: order.about, reason: order.reason } : null
}

/** No bytes where there are none, or others; of a bus that is away nobody knows which. */
function unlessAway(error: unknown): Uint8Array {
  if (error instanceof EntenteError && error.code !== 'BUS_UNREACHABLE') return new Uint8Array()
  throw error
}
