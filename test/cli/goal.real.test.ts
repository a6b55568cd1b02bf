import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { planningFaults } from '../../coordinator/flow/propose.ts'
import { recorded, tide, warning } from '../coordinator/planner/goal/harbour.ts'
import { startModelServer } from '../harness/model-server.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const { OPENAI_MODEL: _, ...bare } = process.env

async function goal(text: string, options: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await runProgram(file('cli/entente.ts'), ['goal', text, ...options], {
    ...bare,
    ...env,
  }).end
  return { code, stdout, stderr }
}

it('plans by a template without a model, with what the goal says of its parameters', { timeout: 120_000 }, async () => {
  const cards = ['--skills', file('scenarios/templates/cross-region-emergency/cards.json')]
  const { code, stdout } = await goal('飓风登陆后跨区域转运病人，疏散半径200公里', cards)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^cross-region-emergency@1\.1\.0 {2}0x[0-9a-f]{64}\nby template: /)
  expect(stdout).toContain('  radiusKm = 200, from "疏散半径200公里"')
  expect(stdout).toContain('  aid-match: match-aid@1  after region, corridors')
  const none = await goal('Write a poem about the sea', [])
  expect(none).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^GOAL_UNMATCHED: .*the nearest/) })
})

it('plans by the model that is configured, and by a template where it fails', { timeout: 120_000 }, async () => {
  const dir = scratchDir('goal')
  const skills = join(dir, 'skills.json')
  const cards = [tide, warning].map(({ provider: _, ...card }) => card)
  writeFileSync(skills, JSON.stringify(cards))
  const answers = recorded('well-formed')
  const server = await startModelServer(() => answers.shift() ?? 500)
  try {
    const env = {
      OPENAI_MODEL: 'recorded',
      OPENAI_BASE_URL: server.baseUrl,
      OPENAI_API_KEY: 'secret',
      ENTENTE_DATA: dir,
    }
    const first = await goal('Warn the harbour of high water', ['--skills', skills, '--json'], env)
    expect(first.code).toBe(0)
    const { by, artifacts, planning } = JSON.parse(first.stdout)
    expect(by).toBe('model')
    const asked = { goal: 'Warn the harbour of high water', template: artifacts[0].hash }
    expect(planningFaults(planning.record, asked)).toEqual([])
    expect(first.stdout).not.toContain('secret')
    const instead = await goal(
      'Register a newborn',
      ['--skills', file('scenarios/templates/one-stop-birth/cards.json')],
      env,
    )
    const said = /^one-stop-birth@.*\nby template: .*\ninstead of a model's plan: MODEL_FAILED/
    expect(instead).toMatchObject({ code: 0, stdout: expect.stringMatching(said) })
  } finally {
    await server.stop()
  }
})
