import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Of `npm run nodes`: apart from `npm test`, because the nodes are installed for it, and are slow. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/gateway/other-nodes/*.node.test.ts'],
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['verbose'],
    globalSetup: ['./install.ts', '../../harness/leave-nothing-behind.ts'].map(path),
  },
})
