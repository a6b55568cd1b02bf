import { afterAll } from 'vitest'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { lifeOn } from './life-on.ts'
import { startHardhat } from './start-hardhat.ts'

const node = await startHardhat({ dir: scratchDir('hardhat'), chainType: 'l1', chainId: 61_338 })
afterAll(() => node.stop())

lifeOn(node, { profile: 'other', warnings: [], finalityBlocks: 2, together: true })
