import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      // Rules share a process a core, and what it has loaded.
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.unit.test.ts'],
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      // Real servers and their tests must be able to crash on their own; most wait for servers most of the time.
      {
        extends: true,
        test: { name: 'real', include: ['test/**/*.real.test.ts'], maxWorkers: 4, sequence: { groupOrder: 1 } },
      },
    ],
    // Generous: a busy machine is no failure. A test that hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files in any order: one that needs another would fail here first.
    sequence: { shuffle: { files: true, tests: false } },
    globalSetup: ['test/harness/leave-nothing-behind.ts'],
    coverage: {
      include: ['{protocol,stack,gateway,registry,coordinator,evidence,agents,operator,cli,scenarios}/**/*.ts'],
    },
  },
})
