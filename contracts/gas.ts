/**
 * Measures what each operation costs, as whole transactions on a chain of its own, and keeps the figures in `gas.json`.
 *
 *     node contracts/gas.ts           writes
 *     node contracts/gas.ts --check   fails when a figure differs, or an identity operation costs more than the reference
 */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { startGasChain } from './gas/chain.ts'
import { measureBatches } from './gas/measure-batches.ts'
import { measureDisputes } from './gas/measure-disputes.ts'
import { measureEvidence } from './gas/measure-evidence.ts'
import { measureFeedback } from './gas/measure-feedback.ts'
import { measureIdentity, REFERENCE_GAS } from './gas/measure-identity.ts'
import { measureMoney } from './gas/measure-money.ts'
import { measureResponse } from './gas/measure-response.ts'
import { measureRounds } from './gas/measure-rounds.ts'
import { setScene } from './gas/scene.ts'

const FIGURES = new URL('gas.json', import.meta.url)

async function measure(): Promise<Record<string, number>> {
  const chain = await startGasChain()
  try {
    const scene = await setScene(chain)
    await measureIdentity(scene)
    await measureMoney(scene)
    await measureEvidence(scene)
    await measureResponse(scene)
    await measureBatches(scene)
    await measureDisputes(scene)
    await measureRounds(scene)
    await measureFeedback(scene)
    return scene.gas
  } finally {
    await chain.stop()
  }
}

/** @returns What is wrong with the figures, a line each. */
function complaints(measured: Record<string, number>, kept: Record<string, number>): string[] {
  const names = new Set([...Object.keys(measured), ...Object.keys(kept)])
  const changed = [...names]
    .filter(name => measured[name] !== kept[name])
    .map(name => `to ${name} costs ${measured[name]}, and gas.json says ${kept[name]}: run node contracts/gas.ts`)
  const dear = Object.entries(REFERENCE_GAS)
    .filter(([name, limit]) => !(measured[name]! <= limit))
    .map(([name, limit]) => `to ${name} costs ${measured[name]}, and ${limit} on the reference contracts`)
  return [...changed, ...dear]
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const measured = await measure()
if (!values.check) await writeFile(FIGURES, `${JSON.stringify(measured, null, 2)}\n`)
const kept: Record<string, number> = JSON.parse(await readFile(FIGURES, 'utf8'))
const wrong = complaints(measured, kept)
for (const line of wrong) console.error(line)
process.exitCode = wrong.length > 0 ? 1 : 0
