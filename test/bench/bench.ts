import { endWithReader } from '../../stack/shutdown.ts'
import { benchGas } from './gas.ts'
import { type BenchOptions, help, readOptions } from './options.ts'
import { printTable, type Row } from './print-table.ts'
import { benchStart } from './start.ts'
import { benchTask } from './task.ts'

interface Bench {
  readonly title: string
  /** Rows to print; null when it has printed them itself. */
  run(options: BenchOptions): Promise<readonly Row[] | null> | readonly Row[]
  /** Takes minutes, so it runs only when it is named. */
  readonly onlyByName?: true
}

/** `npm run bench [-- name…]`: measures, and prints what it measured. Nothing here passes or fails. */
const benches: Record<string, Bench> = {
  start: { title: 'npm start, warm, to a verified bundle (whole process)', run: benchStart },
  task: { title: 'One task, from the attestation to the agreed result', run: benchTask },
  coordinator: {
    title: 'Subtasks a second, with agents that do nothing',
    run: async options => (await import('./coordinator/bench-coordinator.ts')).benchCoordinator(options),
  },
  gateway: {
    title: 'Confirmed transactions a second, sent in every way',
    run: async () => (await import('./gateway/bench-gateway.ts')).benchGateway(),
  },
  heads: {
    title: 'From a block to the gateway that has read it',
    onlyByName: true,
    run: async () => (await import('./heads.ts')).benchHeads(),
  },
  backfill: {
    title: 'Catching up over 600 blocks of 20 logs, one in 20 with one of ours, all of it checked',
    onlyByName: true,
    run: async () => (await import('./backfill.ts')).benchBackfill(),
  },
  anchors: {
    title: 'Hashes anchored in bulk, each with its proof',
    onlyByName: true,
    run: async () => (await import('./anchors.ts')).benchAnchors(),
  },
  curve: {
    title: 'What a coordinator takes, by the number of open tasks',
    onlyByName: true,
    run: async options => (await import('./curve/bench-curve.ts')).benchCurve(options),
  },
  profile: {
    title: 'Where the microseconds of a subtask go',
    onlyByName: true,
    run: async options => (await import('./profile/bench-profile.ts')).benchProfile(options),
  },
  warmth: {
    title: 'CPU of a subtask, by how many there were since the processes started; without API and lookout',
    onlyByName: true,
    run: async options => (await import('./profile/bench-warmth.ts')).benchWarmth(options),
  },
  evidence: {
    title: 'What evidence costs, per item',
    run: async () => (await import('./evidence.ts')).benchEvidence(),
  },
  inclusion: {
    title: 'One proof in a log of a million leaves',
    run: async () => [(await import('./bundle.ts')).benchInclusion(1_000_000)],
  },
  bundle: {
    title: 'Verifying a bundle, from the text of the file on',
    onlyByName: true,
    run: async () => (await import('./bundle.ts')).benchBundles([1_000, 10_000]),
  },
  signatures: {
    title: 'Signatures and hashes, each, in time of the processor',
    run: async () => (await import('./signatures.ts')).benchSignatures(),
  },
  route: {
    title: 'Which of 10,000 skills',
    onlyByName: true,
    run: async () => (await import('./route.ts')).benchRoute(),
  },
  shapley: {
    title: 'Exact Shapley values, least of 15 runs',
    run: async () => (await import('./shapley.ts')).benchShapley(),
  },
  agreement: {
    title: 'How often rules of agreement are right, nine of the best models and colluders',
    onlyByName: true,
    run: async () => (await import('./agreement/bench-agreement.ts')).benchAgreement(),
  },
  incentives: {
    title: 'What each strategy earns, in credits for one organisation and task, over 2,500 tasks',
    onlyByName: true,
    run: async () => (await import('./incentives/bench-incentives.ts')).benchIncentives(),
  },
  gas: { title: 'Gas, beside the ERC-8004 reference', run: benchGas },
}

endWithReader()
const options = chosen()
const unknown = options.names.filter(name => !benches[name])
if (unknown.length > 0) fail(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`)
const usual = Object.keys(benches).filter(name => !benches[name]!.onlyByName)
for (const name of options.names.length > 0 ? options.names : usual) {
  const { title, run } = benches[name]!
  process.stdout.write(`\n${title}\n`)
  const rows = await run(options)
  if (rows) printTable(rows)
}

function chosen(): BenchOptions {
  try {
    const read = readOptions(process.argv.slice(2))
    return read === 'help' ? tellAll() : read
  } catch (error) {
    return fail((error as Error).message)
  }
}

function tellAll(): never {
  const names = Object.entries(benches).map(
    ([name, { title, onlyByName }]) => `  ${name.padEnd(16)}${title}${onlyByName ? ' (only by name)' : ''}\n`,
  )
  process.stdout.write(`${help}\n${names.join('')}`)
  process.exit(0)
}

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${help}`)
  process.exit(2)
}
