import { balanceWei } from './other-node.ts'

const zero = `0x${'0'.repeat(64)}`
const BLOCK_GAS = 60_000_000
const FIRST_BASE_FEE_WEI = 10 ** 9

/** A chain that follows the rules of Prague from its first block, as geth's genesis files have it. */
export function genesisOf(chainId: number, addresses: readonly string[]): object {
  const block = ['homestead', 'eip150', 'eip155', 'eip158', 'byzantium', 'constantinople', 'petersburg', 'istanbul']
  const forks = [...block, 'berlin', 'london', 'mergeNetsplit'].map(name => [`${name}Block`, 0])
  const times = ['shanghai', 'cancun', 'prague'].map(name => [`${name}Time`, 0])
  return {
    config: {
      ...{ chainId, ...Object.fromEntries([...forks, ...times]) },
      ...{ terminalTotalDifficulty: 0, terminalTotalDifficultyPassed: true },
      blobSchedule: {
        cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 },
        prague: { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 },
      },
    },
    ...{ nonce: '0x0', number: '0x0', difficulty: '0x0', gasUsed: '0x0', extraData: '0x' },
    ...{ parentHash: zero, mixHash: zero, coinbase: `0x${'0'.repeat(40)}` },
    timestamp: hexOf(Math.floor(Date.now() / 1_000) - 1),
    gasLimit: hexOf(BLOCK_GAS),
    baseFeePerGas: hexOf(FIRST_BASE_FEE_WEI),
    alloc: Object.fromEntries(
      addresses.map(address => [address.slice(2).toLowerCase(), { balance: hexOf(balanceWei) }]),
    ),
  }
}

function hexOf(value: number | bigint): string {
  return `0x${value.toString(16)}`
}
