import { afterAll } from 'vitest'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { lifeOn } from './life-on.ts'
import { startHardhat } from './start-hardhat.ts'

/** As OP mainnet names itself. */
const OP_MAINNET = 10

const node = await startHardhat({ dir: scratchDir('hardhat-op'), chainType: 'op', chainId: OP_MAINNET })
afterAll(() => node.stop())

// It runs what accounts delegate to, and takes no transaction that delegates.
lifeOn(node, {
  ...{ profile: 'op-stack', finalityBlocks: 2, together: false },
  warnings: ['EIP-7702', 'FINALITY_BLOCKS is 2'],
})
