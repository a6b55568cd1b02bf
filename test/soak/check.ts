import { jetstreamManager } from '@nats-io/jetstream'
import type { z } from 'zod'
import { countOf } from '../../gateway/count.ts'
import type { Rpc } from '../../gateway/rpc.ts'
import { isDelegating } from '../../gateway/transaction.ts'
import { Differences } from '../../protocol/chain-difference.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { ChainEntry, messageIdOf } from '../../protocol/chain-message.ts'
import type { Address } from '../../protocol/ids.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { endOf, readStream } from '../../stack/read-stream.ts'
import type { Ground } from '../harness/gateway-ground.ts'
import { mintOf } from './business.ts'

/** How many messages that went wrong are told of one by one. */
const shown = 50

/** How many transactions the chain had of each sender when the run began. */
export type NoncesBefore = ReadonlyMap<Address, number>

export interface Check {
  readonly what: string
  readonly count: number
  /** What does not hold; empty when all is well. */
  readonly findings: readonly string[]
}

/** What must be so after all messages, read from the log, the events and the chain. */
export async function checkAll(ground: Ground, rpc: Rpc, messages: number, before: NoncesBefore): Promise<Check[]> {
  return [
    await checkEffects(ground, messages),
    await checkNumbers(ground, rpc, before),
    await checkOrders(ground),
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
async function checkNumbers({ nc }: Ground, rpc: Rpc, before: NoncesBefore): Promise<Check> {
  const signed = new Map([...before.keys()].map(sender => [sender, new Set<number>()]))
  for await (const { steps } of readAll(nc, streams.chainTx, subjects.chainTx('*'), ChainEntry)) {
    for (const { state, signer, nonce, raw } of steps) {
      if (state !== 'SIGNED') continue
      signed.get(signer!)?.add(nonce!)
      // A delegation uses the next number too.
      if (isDelegating(raw!)) signed.get(signer!)?.add(nonce! + 1)
    }
  }
  const findings: string[] = []
  for (const [sender, first] of before) {
    const [numbers, used] = [signed.get(sender)!, await countOf(rpc, sender)]
    const missing = Array.from({ length: used - first }, (_, index) => first + index).filter(each => !numbers.has(each))
    const unused = [...numbers].filter(nonce => nonce >= used)
    findings.push(
      ...missing.map(nonce => `number ${nonce} of ${sender} is used on chain, and was never signed here`),
      ...unused.map(nonce => `number ${nonce} of ${sender} was signed, and is not used on chain`),
    )
  }
  const count = [...signed.values()].reduce((sum, numbers) => sum + numbers.size, 0)
  return { what: 'no number is left out, and none is left over', count, findings }
}

/** What keeps to an order had its effect in the order in which it was accepted. */
async function checkOrders({ nc }: Ground): Promise<Check> {
  const accepted = new Map<string, number[]>()
  for await (const { steps } of readAll(nc, streams.chainTx, subjects.chainTx('*'), ChainEntry)) {
    const { orderKey, args } = steps[0]!.intent ?? {}
    if (orderKey !== undefined) accepted.set(orderKey, [...(accepted.get(orderKey) ?? []), Number(args![1])])
  }
  const places = new Map<number, number>()
  const subject = subjects.chainEvent('EntenteToken', 'Transfer')
  // Events are told in the order of the chain.
  for await (const { args } of readAll(nc, streams.chainEvents, subject, ChainEvent)) {
    places.set(Number((args as { value?: string }).value), places.size)
  }
  const findings = [...accepted].flatMap(([order, numbers]) =>
    numbers.flatMap((number, index) => {
      const before = numbers[index - 1]
      const inOrder = before === undefined || places.get(before)! < places.get(number)!
      return inOrder ? [] : [`${order}: message ${number} had its effect before ${before}`]
    }),
  )
  const count = [...accepted.values()].flat().length
  return { what: 'what keeps to an order had its effects in that order', count, findings }
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
