import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Real servers and their tests must be able to crash on their own; rules share a process, and what it has loaded.
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.unit.test.ts'], isolate: false } },
      { extends: true, test: { name: 'real', include: ['test/**/*.real.test.ts'] } },
    ],
    // More than there are cores: most files wait for servers most of the time.
    maxWorkers: 3,
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
