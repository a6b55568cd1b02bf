import type { Hex } from '../protocol/hash.ts'
import type { Log } from '../stack/log.ts'
import { countAll } from './count.ts'
import type { Leases } from './leases.ts'
import { numbersOf } from './ledger.ts'
import type { Attempt, Life } from './life.ts'
import type { Nonces } from './nonces.ts'
import { isAlreadyThere, NodeError, type Rpc } from './rpc.ts'

/** What no block has taken in two minutes stays lost: others wait for its number, or for the ones above it. */
const usualPace = { againMs: 2_000, keepMs: 120_000 }

/** What was final once, and the chain does not have. */
export interface Restoring {
  /** Numbers of a signer that nobody else may use yet: where the node's pool let him, he would take the other's place. */
  kept(signer: Hex): ReadonlySet<number>
  /** Sends again, now and then, what the chain still does not count. */
  tend(ground: Ground): Promise<void>
}

/** What it is to know of who numbers. */
interface Ground extends Node {
  readonly nonces: Nonces
  readonly leases: Pick<Leases, 'holds'>
}

interface Node {
  readonly rpc: Rpc
  readonly log: Log
}

interface Lost {
  readonly life: Life
  readonly attempt: Attempt
}

/**
 * A chain that came back from a crash without its last blocks has lost what was final for us. Its transactions are sent
 * again, the very bytes: where the chain has them after all nothing happens, and where it has not their effects return,
 * and the numbers above them are free to go on. Their records stay as they are; that they were lost is an alarm.
 *
 * @param lives lowest nonce first
 * @returns after they were sent for the first time
 */
export async function restore(
  { rpc, log }: Node,
  lives: readonly Life[],
  { againMs, keepMs } = usualPace,
): Promise<Restoring> {
  const endMs = performance.now() + keepMs
  // Another gateway may have gone on while the log was read.
  let lost = await notCounted(rpc, lives.flatMap(lostOf))
  for (const { life } of lost) {
    const { messageId, signer, nonce } = life
    log.error({ messageId, signer, nonce }, 'the chain has lost what was final; it is sent again')
  }
  await sendAll({ rpc, log }, lost)
  let sentMs = performance.now()
  return {
    kept: signer => new Set(lost.flatMap(({ life }) => (life.signer === signer ? numbersOf(life) : []))),
    async tend({ rpc, nonces, leases, log }) {
      if (lost.length === 0 || performance.now() < sentMs + againMs) return
      sentMs = performance.now()
      lost = await notCounted(rpc, lost)
      if (performance.now() < endMs) return sendAll({ rpc, log }, lost)
      const given = lost
      lost = []
      for (const { life } of given) {
        const { messageId, signer, nonce } = life
        log.error({ messageId, signer, nonce }, 'the chain does not take back what was final; its number is given away')
        if (leases.holds(signer!)) for (const each of numbersOf(life)) nonces.giveBack(signer!, each)
      }
    },
  }
}

function lostOf(life: Life): Lost[] {
  const attempt = life.attempts.find(each => each.txHash === life.mined?.txHash)
  return attempt === undefined ? [] : [{ life, attempt }]
}

async function notCounted(rpc: Rpc, lost: readonly Lost[]): Promise<readonly Lost[]> {
  const counts = await countAll(rpc, new Set(lost.map(({ life }) => life.signer!)))
  return lost.filter(({ life }) => life.nonce! >= counts.get(life.signer!)!)
}

async function sendAll({ rpc, log }: Node, lost: readonly Lost[]): Promise<void> {
  for (const { life, attempt } of lost) {
    await rpc('eth_sendRawTransaction', [attempt.raw]).catch(error => {
      if (!(error instanceof NodeError)) throw error
      if (!isAlreadyThere(error)) log.error({ messageId: life.messageId, err: error }, 'the node does not take it back')
    })
  }
}
