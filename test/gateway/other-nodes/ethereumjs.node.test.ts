import { afterAll } from 'vitest'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { lifeOn } from './life-on.ts'
import { startEthereumJs } from './start-ethereumjs.ts'

const node = await startEthereumJs({
  dir: scratchDir('ethereumjs'),
  chainId: 61_337,
  onFailure: error => console.error(error),
})
afterAll(() => node.stop())

lifeOn(node, {
  ...{ profile: 'ethereum', finalityBlocks: 2, together: false },
  warnings: ['EIP-7702', 'FINALITY_BLOCKS is 2'],
})
