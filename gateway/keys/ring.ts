import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { EntenteError } from '../../protocol/errors.ts'
import type { KeyCommand } from '../../protocol/gateway-door.ts'
import { Address } from '../../protocol/ids.ts'
import { buckets } from '../../protocol/subjects.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { Signer, Signers } from './signer.ts'

/** What the operator has decided of a key. */
const Decision = z.object({ frozen: z.string().nullable(), retiredFor: Address.nullable() })
type Decision = z.infer<typeof Decision>
const OPEN: Decision = { frozen: null, retiredFor: null }

/** The gateway's signers, less what the operator has frozen or retired. All gateways on a bus heed the same decisions. */
export interface KeyRing extends Signers {
  decided(address: Address): Decision
  /** Of a key and those that took its place, the last that is held here. */
  successor(address: Address): Address
  /** @throws EntenteError KEY_FROZEN when nothing may be signed with it */
  checkThawed(address: Address): void
  /** @throws EntenteError KEY_FROZEN when it takes no new message */
  checkTakesNew(address: Address): void
  /**
   * Stores a decision, and heeds it from then on.
   * @throws EntenteError NOT_FOUND, COMMAND_INVALID, when a key cannot take the place of another
   */
  decide(address: Address, command: KeyCommand): Promise<void>
}

export type KeyRingOptions = { nc: NatsConnection; signers: Signers; log: Log; signal: AbortSignal }

/** Reads what was decided, and follows what others decide. */
export async function openKeyRing({ nc, signers, log, signal }: KeyRingOptions): Promise<KeyRing> {
  const kv = await new Kvm(nc).open(buckets.signers)
  const decisions = new Map<Address, Decision>()
  for (const address of signers.byAddress.keys()) decisions.set(address, await read(kv, address))
  const ring = createRing(signers, kv, decisions)
  void follow(kv, decisions, signal).catch(error => {
    if (!signal.aborted) log.error({ err: error }, 'decisions on keys are no longer heard')
  })
  for (const [address, decision] of decisions) {
    if (decision.frozen !== null || decision.retiredFor !== null)
      log.warn({ signer: address, ...decision }, 'a key is not in full use')
  }
  return ring
}

function createRing(signers: Signers, kv: KV, decisions: Map<Address, Decision>): KeyRing {
  const decided = (address: Address) => decisions.get(address) ?? OPEN

  function checkThawed(address: Address): void {
    const { frozen } = decided(address)
    if (frozen !== null) throw new EntenteError('KEY_FROZEN', `the key of ${address} is frozen: ${frozen}`)
  }

  function successor(address: Address): Address {
    let last = address
    // No further than there are keys: two operators who decide at once may have closed a circle.
    for (const _ of signers.byAddress) {
      const { retiredFor } = decided(last)
      if (retiredFor === null || !signers.byAddress.has(retiredFor)) break
      last = retiredFor
    }
    return last
  }

  async function decide(address: Address, command: KeyCommand): Promise<void> {
    if (!signers.byAddress.has(address)) throw new EntenteError('NOT_FOUND', `no key of ${address} is held here`)
    if (command.do === 'rotate') checkSuccessor(address, command.to)
    const next = after(decided(address), command)
    await kv.put(address, JSON.stringify(next))
    decisions.set(address, next)
  }

  function checkSuccessor(from: Address, to: Address): void {
    const why = (text: string) => new EntenteError('COMMAND_INVALID', `${to} cannot take the place of ${from}: ${text}`)
    if (!signers.byAddress.has(to)) throw why('its key is not held here')
    if (decided(to).retiredFor !== null) throw why('it is retired itself')
    if (to === from) throw why('it is the same key')
    checkThawed(to)
  }

  const guarded = ({ address, signTransaction, signDelegation }: Signer): Signer => ({
    address,
    async signTransaction(transaction) {
      checkThawed(address)
      return signTransaction(transaction)
    },
    ...(signDelegation && {
      async signDelegation(delegation) {
        checkThawed(address)
        return signDelegation(delegation)
      },
    }),
  })
  return {
    get relayer() {
      return successor(signers.relayer)
    },
    byAddress: new Map([...signers.byAddress].map(([address, signer]) => [address, guarded(signer)])),
    byName: signers.byName,
    decided,
    successor,
    checkThawed,
    checkTakesNew(address) {
      checkThawed(address)
      const { retiredFor } = decided(address)
      if (retiredFor === null) return
      throw new EntenteError('KEY_FROZEN', `the key of ${address} is retired; ${retiredFor} took its place`)
    },
    decide,
  }
}

function after(decision: Decision, command: KeyCommand): Decision {
  switch (command.do) {
    case 'freeze':
      return { ...decision, frozen: command.reason }
    case 'thaw':
      return OPEN
    case 'rotate':
      return { ...decision, retiredFor: command.to }
  }
}

async function read(kv: KV, address: Address): Promise<Decision> {
  const entry = await kv.get(address)
  return (entry && parseJson(Decision, entry.value)) || OPEN
}

async function follow(kv: KV, decisions: Map<Address, Decision>, signal: AbortSignal): Promise<void> {
  const entries = await kv.watch()
  signal.addEventListener('abort', () => entries.stop())
  for await (const { key, value } of entries) {
    decisions.set(key as Address, parseJson(Decision, value) ?? OPEN)
  }
}
