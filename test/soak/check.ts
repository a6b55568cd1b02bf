import { jetstreamManager } from '@nats-io/jetstream'
import type { z } from 'zod'
import { countOf } from '../../gateway/count.ts'
import type { Rpc } from '../../gateway/rpc.ts'
import { Differences } from '../../protocol/chain-difference.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { ChainEntry, messageIdOf } from '../../protocol/chain-message.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { endOf, readStream } from '../../stack/read-stream.ts'
import type { Ground } from '../harness/gateway-ground.ts'
import { mintOf } from './business.ts'

/** How many messages that went wrong are told of one by one. */
const shown = 50

export interface Check {
  readonly what: string
  readonly count: number
  /** What does not hold; empty when all is well. */
  readonly findings: readonly string[]
}

/** What must be so after all messages, read from the log, the events and the chain. */
export async function checkAll(ground: Ground, rpc: Rpc, messages: number, nonceBefore: number): Promise<Check[]> {
  return [
    await checkEffects(ground, messages),
    await checkNumbers(ground, rpc, nonceBefore),
    await checkDifferences(ground),
  ]
}

/** Every message mints another amount: each must have been minted once, and told of once. */
async function checkEffects(ground: Ground, messages: number): Promise<Check> {
  const effects = new Map<number, ChainEvent[]>()
  const subject = subjects.chainEvent('EntenteToken', 'Transfer')
  for await (const event of readAll(ground.nc, streams.chainEvents, subject, ChainEvent)) {
    const number = Number((event.args as { value?: string }).value)
    if (event.event === 'Transfer') effects.set(number, [...(effects.get(number) ?? []), event])
  }
  const wrong = Array.from({ length: messages }, (_, index) => index + 1).filter(
    number => effects.get(number)?.length !== 1,
  )
  const jsm = await jetstreamManager(ground.nc)
  const findings = wrong.slice(0, shown).map(async number => {
    const told = effects.get(number) ?? []
    const places = told.map(({ txHash, blockNumber }) => `${txHash} in block ${blockNumber}`)
    const life = await readRecords(jsm, messageIdOf(mintOf(ground, number)))
    const steps = life.map(({ record: { state, nonce, txHash } }) =>
      [state, nonce, txHash].filter(each => each !== undefined),
    )
    return `message ${number} had its effect ${told.length} times: ${places.join(', ')}; ${steps.map(step => step.join(' ')).join(' → ')}`
  })
  const rest = wrong.length > shown ? [`so have ${wrong.length - shown} more`] : []
  return {
    ...{ what: 'every message had its effect once, and the event was told once', count: messages },
    findings: [...(await Promise.all(findings)), ...rest],
  }
}

/** The numbers that were signed are those that the chain has used, with none left out. */
async function checkNumbers({ nc, governor }: Ground, rpc: Rpc, before: number): Promise<Check> {
  const signed = new Set<number>()
  for await (const { steps } of readAll(nc, streams.chainTx, subjects.chainTx('*'), ChainEntry)) {
    for (const { state, signer, nonce } of steps) if (state === 'SIGNED' && signer === governor) signed.add(nonce!)
  }
  const used = await countOf(rpc, governor)
  const missing = Array.from({ length: used - before }, (_, index) => before + index).filter(each => !signed.has(each))
  const unused = [...signed].filter(nonce => nonce >= used)
  const findings = [
    ...missing.map(nonce => `number ${nonce} is used on chain, and was never signed here`),
    ...unused.map(nonce => `number ${nonce} was signed, and is not used on chain`),
  ]
  return { what: 'no number is left out, and none is left over', count: signed.size, findings }
}

async function checkDifferences({ nc }: Ground): Promise<Check> {
  const asking = { timeoutMs: 30_000, silence: 'CHAIN_SLOW' } as const
  const { unsettled, unheard, strays } = Differences.parse(await ask(nc, subjects.chainDifferences, null, asking))
  const findings = [...unsettled, ...unheard, ...strays].map(({ scan, about, what }) => `${scan} ${about}: ${what}`)
  return { what: 'chain and business agree: the three scans find nothing', count: 3, findings }
}

async function* readAll<T>(nc: Ground['nc'], stream: string, subject: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const { signal } = new AbortController()
  const end = await endOf(await jetstreamManager(nc), { stream, subject })
  for (let after = 0; after < end; ) {
    for await (const batch of readStream(nc, { stream, subject, after, signal })) {
      for (const message of batch) {
        const read = parseJson(schema, message.data)
        if (read) yield read
        after = message.seq
      }
      if (after >= end || batch.length === 0) return
    }
  }
}
