import { longRun } from '../harness/long-run.ts'
import { type ChaosOptions, help, readOptions } from './options.ts'
import { printReport } from './report.ts'
import { type Outcome, runChaos } from './run-chaos.ts'

/** `npm run chaos`: see `options.ts` for what it takes and what its exit status means. */
await longRun<ChaosOptions, Outcome>({ help, readOptions, run: runChaos, print: printReport })
