import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ABIS } from '../../../contracts/abis.ts'
import type { Hex } from '../../../contracts/bindings.ts'
import { callContract } from '../../../contracts/call-contract.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import { RelayFigures } from '../../../protocol/relay.ts'
import { relayTenant, subjects } from '../../../protocol/subjects.ts'
import { ask } from '../../../stack/ask.ts'
import { receiverHarnessAbi } from '../../contracts/generated/receiver-harness.ts'
import { type HandMining, mineByHand } from '../../harness/mine-by-hand.ts'
import { entente } from '../entente.ts'
import { killOutright } from '../gateway-process.ts'
import { sourceChain, withTwoChains } from './two-chains.ts'

const chains = withTwoChains()
const { world, start, checkpoint, send, taken, startAttesters, startRelay } = chains
const patience = { timeout: 30_000, interval: 100 }
let gateway: Gateway

beforeAll(async () => {
  gateway = await start()
})
afterAll(() => gateway.stop())

async function rootAt(size: number): Promise<Hex> {
  const { provider, deployment } = chains.b
  const args = [BigInt(sourceChain), BigInt(size)] as const
  return callContract(provider, deployment.addresses.ForeignLogs, ABIS.ForeignLogs, 'rootAt', args)
}

async function statusOf(nonce: number): Promise<number> {
  const { provider, deployment } = chains.b
  const args = [BigInt(sourceChain), BigInt(nonce)] as const
  return callContract(provider, deployment.addresses.Inbox, ABIS.Inbox, 'statusOf', args)
}

async function figures(): Promise<RelayFigures> {
  const asking = { timeoutMs: 2_000, silence: 'NOT_FOUND' } as const
  return RelayFigures.parse(await ask(world().nc, subjects.relayFigures, null, asking))
}

describe('between two chains', () => {
  it('a checkpoint that was anchored on one is proven on the other, and a message comes once', async () => {
    const [stopAttesters, relay] = [startAttesters(), await startRelay()]
    try {
      const before = await taken()
      const root = await checkpoint(10)
      await send('hello')
      await expect.poll(() => rootAt(10), patience).toBe(root)
      await expect.poll(() => taken(), patience).toBe(before + 1n)
      // It counts what is final; the receiver has it when it is mined.
      const stood = { sourceChain, destinationChain: 31_337, stuck: null, carried: { checkpoints: 1, messages: 1 } }
      await expect.poll(figures, patience).toMatchObject(stood)
      const { stdout, code } = await entente(world(), 'relay', 'status').end
      expect(code).toBe(0)
      expect(RelayFigures.parse(JSON.parse(stdout)).nextBlock).toBeGreaterThan(0)
    } finally {
      await relay.stop()
      await stopAttesters()
    }
  })

  it('a relay that is killed in the middle goes on, and nothing comes twice', async () => {
    const stopAttesters = startAttesters()
    const before = await taken()
    const sent = 40
    for (let index = 0; index < sent; index += 1) await send(`message ${index}`)
    try {
      // At its first message to the gateway, and while messages of its are under way.
      for (const at of [1, 3, 12]) {
        const reached = untilSubmits(at)
        const relay = await startRelay()
        await reached
        await killOutright(relay)
        expect(await taken()).toBeLessThan(before + BigInt(sent))
      }
      const relay = await startRelay()
      try {
        await expect.poll(() => taken(), patience).toBe(before + BigInt(sent))
        const { finalBlock } = await vi.waitFor(async () => {
          const now = await figures()
          expect(now).toMatchObject({ stuck: null, finalBlock: expect.any(Number) })
          return now as { finalBlock: number }
        }, patience)
        await expect.poll(async () => (await figures()).nextBlock, patience).toBeGreaterThan(finalBlock)
        expect(await taken()).toBe(before + BigInt(sent))
      } finally {
        await relay.stop()
      }
    } finally {
      await stopAttesters()
    }
  })

  it('without enough attesters nothing is carried, and the relay says so', async () => {
    const relay = await startRelay()
    try {
      const nonce = Number(await sentTo())
      await send('too early')
      await expect.poll(async () => (await figures()).stuck?.code, patience).toBe('RELAY_QUORUM_MISSED')
      expect(await statusOf(nonce)).toBe(0)
      const stopAttesters = startAttesters()
      await expect.poll(() => statusOf(nonce), patience).toBe(1)
      await stopAttesters()
    } finally {
      await relay.stop()
    }
  })

  it('what was there before it was final, and then was not, is never carried', async () => {
    const { a } = chains
    // Whoever takes blocks for final only 20 deep; the relay's own node counts one.
    const stopAttesters = startAttesters({}, { rule: 'depth', blocks: 20 })
    const relay = await startRelay()
    // By hand from here on, so that the message is as deep as it should be however long all of this takes; and anvil's own
    // timer does not wait for `anvil_reorg`.
    await a.rpc('evm_setIntervalMining', [0])
    let mining: HandMining | null = null
    try {
      const nonce = Number(await sentTo())
      const sent = send('taken back')
      await expect.poll(() => a.rpc('txpool_status', []), patience).toMatchObject({ pending: '0x1' })
      await a.rpc('evm_mine', [])
      await sent
      await a.rpc('evm_mine', [])
      await expect.poll(async () => (await figures()).stuck?.message, patience).toContain('BLOCK_NOT_FINAL')
      await a.rpc('anvil_reorg', [10, []])
      expect(Number(await sentTo())).toBe(nonce)
      mining = mineByHand(a.rpc, 100)
      // Another message takes its number, and that one comes.
      await send('instead')
      await expect.poll(() => statusOf(nonce), patience).toBe(1)
      const { provider } = chains.b
      const last = await callContract(provider, chains.receiver, receiverHarnessAbi, 'last', [])
      expect(Buffer.from(last.slice(2), 'hex').toString()).toContain('instead')
    } finally {
      await mining?.stop()
      await relay.stop()
      await stopAttesters()
    }
  })
})

/** Resolves at the relay's message of that number to the gateway. */
function untilSubmits(count: number): Promise<void> {
  return new Promise(resolve => {
    let seen = 0
    const submits = world().nc.subscribe(subjects.chainSubmit(relayTenant), {
      callback: () => {
        seen += 1
        if (seen < count) return
        submits.unsubscribe()
        resolve()
      },
    })
  })
}

async function sentTo(): Promise<bigint> {
  const { provider, deployment } = chains.a
  return callContract(provider, deployment.addresses.Outbox, ABIS.Outbox, 'sentTo', [31_337n])
}
