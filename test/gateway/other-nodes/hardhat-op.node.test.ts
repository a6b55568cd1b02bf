import { afterAll } from 'vitest'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { lifeOn } from './life-on.ts'
import { startHardhat } from './start-hardhat.ts'

/** As OP mainnet names itself. */
const OP_MAINNET = 10

const node = await startHardhat({ dir: scratchDir('hardhat-op'), chainType: 'op', chainId: OP_MAINNET })
afterAll(() => node.stop())

lifeOn(node, { profile: 'op-stack', warnings: ['FINALITY_BLOCKS is 2'], finalityBlocks: 2, together: true })
