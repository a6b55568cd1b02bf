import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Forgery, simulateBundle } from '../evidence/simulated-bundle.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { entente } from '../scenarios/run-scenario.ts'

async function explain(args: readonly string[], forge?: Forgery) {
  const file = join(scratchDir('explain'), 'bundle.json')
  writeFileSync(file, JSON.stringify(await simulateBundle('completed', forge)))
  return runProgram(entente, ['explain', file, ...args], process.env).end
}

describe('entente explain, of a subtask', () => {
  it('says of each attempt who was chosen of whom, in numbers that add up, and that the rule says the same', async () => {
    const { code, stdout } = await explain(['beds'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/beds, attempt 1: find-beds@1.*\n.*wanted: 1 agent; 30000 ms for an attempt\n/)
    expect(stdout).toMatch(/lots are drawn by 0x[0-9a-f]{64}, of block 90/)
    expect(stdout).toMatch(/attempt 2.*\n.*tried in vain before: agent 12/)
    expect(stdout).toMatch(/chosen +agent 13 \(health-two\): -?\d+ = 1 stake − 0.2 price − 20 load \+ \d+ reputation/)
    expect(stdout).toMatch(/passed over +agent 40/)
    expect(stdout.match(/comes to the same choice, number for number/g)).toHaveLength(2)
  })

  it('gives the numbers as JSON', async () => {
    const { attempts } = JSON.parse((await explain(['forecast', '--json'])).stdout)
    expect(attempts).toHaveLength(1)
    expect(attempts[0]).toMatchObject({ subtaskId: 'forecast', attempt: 1, unlisted: 0, differences: [] })
    for (const { known, parts } of attempts[0].candidates) {
      const sum = (Object.values(parts) as number[]).reduce((a, b) => a + b, 0)
      expect(Math.round(sum)).toBeCloseTo(known.score, 6)
    }
  })

  it('says so where the rule comes to another choice', async () => {
    const { stdout } = await explain(['respond'], events =>
      events.map(event =>
        event.type === 'SubtaskAssigned' && event.subtaskId === 'respond'
          ? { ...event, chosen: event.chosen.map(choice => ({ ...choice, load: 3 })) }
          : event,
      ),
    )
    expect(stdout).toMatch(/THE RULE COMES TO ANOTHER CHOICE, first at \/chosen\/0/)
  })

  it('names what was given out where the subtask never was', async () => {
    const { code, stderr } = await explain(['nothing'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/these were: forecast, beds, respond/) })
  })
})
