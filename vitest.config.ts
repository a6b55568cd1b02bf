import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/harness/longest-first.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    execArgv: ['--import', new URL('test/harness/end-with-runner.mjs', import.meta.url).href],
    include: ['test/**/*.{unit,real}.test.ts'],
    // Files share a process, one after the other, and what it has loaded: to load it anew for each takes most of a second.
    isolate: false,
    // More than cores: who starts real servers waits for them half of the time, and rules do not wait at all.
    maxWorkers: 4,
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
