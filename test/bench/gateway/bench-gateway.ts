import { type Ground, withGround } from '../../harness/gateway-ground.ts'
import { printTable, type Row } from '../print-table.ts'
import { progress, progressDone } from '../progress.ts'
import { byBulkDoors, byGateway } from './by-gateway.ts'
import { measureSending, type Sending, type Way } from './measured.ts'
import { byNonceManager, oneAtATime, preSigned, signedByEthers } from './peers.ts'

const name = 'Entente, each with its durable record'
const together = `${name}, going together`
/** Enough under way that neither a block nor an answer is waited for. */
const many = 1_024
const inBulk = 'by the doors for many'
const stating = `${inBulk}, its gas stated`
/** As those who sign beforehand state it. */
const gasLimit = '100000'
const completing = 'each complete as it is final'
const nonceManager = 'ethers NonceManager, 64 in flight'
const pre = 'signed beforehand, without a record'
const preBatched = `${pre}, in batches of up to 100, ${many} in flight`
const blockMs = 250
/** Somewhat more than is aimed at. */
const perSecond = 2_200
const lane = 'batch' as const
/** Each key of a pool has a batch of its own in a block. */
const keys = 4

/** The same call sent in every way, one after the other, on one chain and one bus. */
export function benchGateway(): Promise<null> {
  return withGround(
    async ground => {
      const gateway = await ground.startGateway()
      const sendings: Sending[] = []
      const measure: Measure = async (what, send) => {
        progress(what)
        // Who does without bus and gateway does not pay for them.
        const senders = what.startsWith(name) ? [process.pid, ground.nats.pid, gateway.pid] : [process.pid]
        sendings.push(await measureSending(ground, senders, what, send))
      }
      progress('warming up')
      await byGateway(ground, 500, 128)
      await measure('ethers, one at a time', () => oneAtATime(ground, 30))
      await measure(nonceManager, () => byNonceManager(ground, 2_000, 64))
      await measure('ethers signs, sent raw, 64 in flight', () => signedByEthers(ground, 2_000, 64))
      await measure(`${name}, 1 in flight`, () => byGateway(ground, 30, 1))
      await measure(`${name}, 128 in flight`, () => byGateway(ground, 2_000, 128))
      await measure(`${name}, ${many} in flight`, () => byGateway(ground, 10_000, many))
      await measure(`${name}, ${inBulk}, ${many} in flight`, () => byBulkDoors(ground, 10_000, { inFlight: many }))
      await measure(`${name}, ${stating}, ${many} in flight`, () =>
        byBulkDoors(ground, 10_000, { inFlight: many }, { gasLimit }),
      )
      await measure(`${name}, ${stating}, ${2 * many} in flight`, () =>
        byBulkDoors(ground, 20_000, { inFlight: 2 * many }, { gasLimit }),
      )
      await measure(`${name}, ${stating}, ${completing}, ${2 * many} in flight`, () =>
        byBulkDoors(ground, 20_000, { inFlight: 2 * many }, { gasLimit, completes: 'final' }),
      )
      // As services send: where outcomes make room for others, these come all at once, with each block.
      for (const completes of ['said', 'final'] as const) {
        const what = `${name}, ${stating}${completes === 'said' ? '' : `, ${completing}`}`
        await measure(`${what}, ${perSecond} handed over each second`, () =>
          byBulkDoors(ground, 20_000, { perSecond }, { gasLimit, completes }),
        )
      }
      // The first batch lets the account run the code.
      await byGateway(ground, 100, 100, { lane })
      await measure(`${together}, 128 in flight`, () => byGateway(ground, 4_000, 128, { lane }))
      await measure(`${together}, ${many} in flight`, () => byGateway(ground, 20_000, many, { lane }))
      await measure(`${together}, ${inBulk}, 128 in flight`, () =>
        byBulkDoors(ground, 4_000, { inFlight: 128 }, { lane }),
      )
      await measure(`${together}, ${inBulk}, ${many} in flight`, () =>
        byBulkDoors(ground, 20_000, { inFlight: many }, { lane }),
      )
      await measure(`${together}, ${inBulk}, ${4 * many} in flight`, () =>
        byBulkDoors(ground, 40_000, { inFlight: 4 * many }, { lane }),
      )
      const pooled = { lane, from: ground.minter }
      await byGateway(ground, 400, 400, pooled)
      for (const completes of ['said', 'final'] as const) {
        for (const inFlight of [many, 2 * many, 4 * many]) {
          await measure(`${byPool(completes)}, ${inFlight} in flight`, () =>
            byBulkDoors(ground, 40_000, { inFlight }, { ...pooled, completes }),
          )
        }
      }
      await measurePreSigned(ground, measure)
      progressDone()
      printTable(rowsOf(sendings))
      process.stdout.write('\nWhat each of ours comes to beside others\n')
      printTable(ratiosOf(sendings))
      return null
    },
    { lasting: false, signers: keys },
  )
}

function byPool(completes: 'said' | 'final'): string {
  const pool = `${together}, ${inBulk}, by a pool of ${keys} keys`
  return completes === 'said' ? pool : `${pool}, ${completing}`
}

type Measure = (what: string, send: () => Promise<readonly Way[]>) => Promise<void>

async function measurePreSigned(ground: Ground, measure: Measure): Promise<void> {
  progress('signing beforehand')
  const single = await preSigned(ground, 4_000, { inFlight: 64, batched: false })
  await measure(`${pre}, 64 requests in flight`, single.send)
  const batched = await preSigned(ground, 8_000, { inFlight: many, batched: true })
  await measure(preBatched, batched.send)
}

function rowsOf(sendings: readonly Sending[]): Row[] {
  return sendings.map(({ name, sent, perSecond, p50Ms, p99Ms, senderMicros, allMicros }) => ({
    'how it is sent': name,
    sent,
    'confirmed/s': perSecond,
    'p50 ms': p50Ms,
    'p99 ms': p99Ms,
    'CPU µs of senders': senderMicros,
    'CPU µs of all': allMicros,
  }))
}

/** How often one has what another has once. */
const times = (one: number, other: number) => Number((one / other).toPrecision(2))

function ratiosOf(sendings: readonly Sending[]): Row[] {
  const peer = (name: string) => sendings.find(sending => sending.name === name)!
  const [managed, signed] = [peer(nonceManager), peer(preBatched)]
  const ours = sendings.filter(sending => sending.name.startsWith(name))
  return ours.map(({ name, perSecond, p99Ms, senderMicros }) => ({
    'how it is sent': name,
    'sent in a core-second / by NonceManager': times(managed.senderMicros, senderMicros),
    'confirmed/s / by NonceManager': times(perSecond, managed.perSecond),
    'confirmed/s / signed beforehand, in batches': times(perSecond, signed.perSecond),
    'p99 beyond two blocks, ms': p99Ms - 2 * blockMs,
  }))
}
