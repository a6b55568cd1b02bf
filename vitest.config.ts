import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/harness/longest-first.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    // Files share a process, one after the other, and what it has loaded: to load it anew for each takes most of a second.
    // One that crashes takes no other with it.
    isolate: false,
    projects: [
      // Rules take a core each.
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.unit.test.ts'], maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      // Most of these wait for servers most of the time.
      {
        extends: true,
        test: { name: 'real', include: ['test/**/*.real.test.ts'], maxWorkers: 4, sequence: { groupOrder: 1 } },
      },
    ],
    // Generous: a busy machine is no failure. A test that hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/harness/leave-nothing-behind.ts'],
    coverage: {
      include: ['{protocol,stack,gateway,registry,coordinator,evidence,agents,operator,cli,scenarios}/**/*.ts'],
    },
  },
})
