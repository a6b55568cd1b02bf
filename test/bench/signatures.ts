import { keccak256 as ethersKeccak, recoverAddress as ethersRecover, SigningKey } from 'ethers'
import { contentHash } from '../../protocol/canonical.ts'
import { fromHex, keccak256 } from '../../protocol/hash.ts'
import { hexKeccakOf } from '../../protocol/keccak256.browser.ts'
import { curve as inBrowsers } from '../../protocol/secp256k1.browser.ts'
import { recoverAddress, signDigest } from '../../protocol/sign.ts'
import { cpuMs } from './cpu-ms.ts'
import { quantile, type Row } from './print-table.ts'

const rounds = 7
const times = 400

/** Signing, recovering who signed, and hashing 200 bytes: ours in Node, ours in browsers, and ethers. In time of the processor. */
export function benchSignatures(): Row[] {
  const privateKey = contentHash('a key')
  const key = new SigningKey(privateKey)
  const digest = contentHash('a digest')
  const signature = signDigest(digest, privateKey)
  const [digestBytes, keyBytes, signatureBytes] = [digest, privateKey, signature].map(fromHex) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  const parity = signatureBytes[64] === 28 ? 1 : 0
  const bytes = Buffer.alloc(200, 7)
  return [
    row('sign', {
      ours: () => signDigest(digest, privateKey),
      browsers: () => inBrowsers.sign(digestBytes, keyBytes),
      ethers: () => key.sign(digest),
    }),
    row('recover who signed', {
      ours: () => recoverAddress(digest, signature),
      browsers: () => inBrowsers.recover(digestBytes, signatureBytes.subarray(0, 64), parity),
      ethers: () => ethersRecover(digest, signature),
    }),
    row('Keccak-256', {
      ours: () => keccak256(bytes),
      browsers: () => hexKeccakOf(bytes),
      ethers: () => ethersKeccak(bytes),
    }),
  ]
}

const ways = ['ours', 'browsers', 'ethers'] as const
type Way = (typeof ways)[number]

/** Medians. Each way has its turn in every round, the first of which warms up. */
function row(what: string, does: Readonly<Record<Way, () => unknown>>): Row {
  const runs = Array.from({ length: rounds + 1 }, () => ways.map(way => microsOf(does[way]))).slice(1)
  const [ours, browsers, ethers] = ways.map((_, way) =>
    quantile(
      runs.map(run => run[way]!),
      0.5,
    ),
  ) as [number, number, number]
  return { what, µs: ours, 'in browsers, µs': browsers, 'ethers, µs': ethers, 'ethers / ours': ethers / ours }
}

function microsOf(act: () => unknown): number {
  const startMs = cpuMs()
  for (let time = 0; time < times; time++) act()
  return ((cpuMs() - startMs) * 1000) / times
}
