import { type Ground, withGround } from '../../harness/gateway-ground.ts'
import { printTable } from '../print-table.ts'
import { progress, progressDone } from '../progress.ts'
import { byGateway } from './by-gateway.ts'
import { measureSending, type Sending } from './measured.ts'
import { byNonceManager, oneAtATime, preSigned, signedByEthers } from './peers.ts'

const name = 'Entente, each with its durable record'
const together = `${name}, going together`
const pre = 'signed beforehand, without a record'

/** Enough under way that neither a block nor an answer is waited for. */
const many = 1_024

/** The same call sent in every way, one after the other, on one chain and one bus. */
export function benchGateway(): Promise<null> {
  return withGround(async ground => {
    const gateway = await ground.startGateway()
    const sendings: Sending[] = []
    const measure = async (what: string, send: () => ReturnType<typeof byGateway>) => {
      progress(what)
      sendings.push(await measureSending(ground, gateway, what, send))
    }
    progress('warming up')
    await byGateway(ground, 500, 128)
    await measure('ethers, one at a time', () => oneAtATime(ground, 30))
    await measure('ethers NonceManager, 64 in flight', () => byNonceManager(ground, 400, 64))
    await measure('ethers signs, sent raw, 64 in flight', () => signedByEthers(ground, 2_000, 64))
    await measure(`${name}, 1 in flight`, () => byGateway(ground, 30, 1))
    await measure(`${name}, 128 in flight`, () => byGateway(ground, 2_000, 128))
    await measure(`${name}, ${many} in flight`, () => byGateway(ground, 10_000, many))
    // The first batch lets the account run the code.
    await byGateway(ground, 100, 100, 'batch')
    await measure(`${together}, 128 in flight`, () => byGateway(ground, 4_000, 128, 'batch'))
    await measure(`${together}, ${many} in flight`, () => byGateway(ground, 20_000, many, 'batch'))
    await measurePreSigned(ground, measure)
    progressDone()
    printTable(rowsOf(sendings))
    return null
  })
}

type Measure = (what: string, send: () => ReturnType<typeof byGateway>) => Promise<void>

async function measurePreSigned(ground: Ground, measure: Measure): Promise<void> {
  progress('signing beforehand')
  const single = await preSigned(ground, 4_000, { inFlight: 64, batched: false })
  await measure(`${pre}, 64 requests in flight`, single.send)
  const batched = await preSigned(ground, 8_000, { inFlight: many, batched: true })
  await measure(`${pre}, in batches of up to 100`, batched.send)
}

function rowsOf(sendings: readonly Sending[]) {
  const ours = sendings.filter(sending => sending.name.startsWith(name)).at(-1)!
  return sendings.map(({ name, sent, perSecond, p50Ms, p99Ms, senderMicros, allMicros }) => ({
    'how it is sent': name,
    sent,
    'confirmed/s': perSecond,
    'p50 ms': p50Ms,
    'p99 ms': p99Ms,
    'CPU µs of senders': senderMicros,
    'CPU µs of all': allMicros,
    'Entente / this': Number((ours.perSecond / perSecond).toPrecision(2)),
    'the same, by senders’ CPU': Number((senderMicros / ours.senderMicros).toPrecision(2)),
  }))
}
