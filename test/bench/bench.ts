import { benchCoordinator } from './coordinator.ts'
import { benchGas } from './gas.ts'
import { printTable, type Row } from './print-table.ts'
import { benchStart } from './start.ts'
import { benchTask } from './task.ts'

/** `npm run bench [-- name…]`: measures, and prints what it measured. Nothing here passes or fails. */
const benches: Record<string, { title: string; run: () => Promise<Row[]> | Row[] }> = {
  start: { title: 'npm start, warm, to a verified bundle (whole process)', run: benchStart },
  task: { title: 'One task, from the attestation to the agreed result', run: benchTask },
  coordinator: { title: 'Subtasks a second, with agents that do nothing', run: benchCoordinator },
  evidence: {
    title: 'What evidence costs, per item',
    run: async () => (await import('./evidence.ts')).benchEvidence(),
  },
  gas: { title: 'Gas, beside the ERC-8004 reference', run: benchGas },
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !benches[name])
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  const { title, run } = benches[name]!
  process.stdout.write(`\n${title}\n`)
  printTable(await run())
}
