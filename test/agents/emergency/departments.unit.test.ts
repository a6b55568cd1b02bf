import { describe, expect, it } from 'vitest'
import emergency from '../../../agents/emergency/agent.ts'
import health from '../../../agents/health/agent.ts'
import information from '../../../agents/information/agent.ts'
import type { AgentDefinition } from '../../../agents/sdk/define.ts'
import transport from '../../../agents/transport/agent.ts'
import { foreseen } from '../health/katrina.ts'
import { stormAt } from '../weather/storms.ts'

const ctx = {
  signal: new AbortController().signal,
  taskId: `0x${'0'.repeat(64)}` as const,
  subtaskId: 'any',
  attempt: 1,
  idempotencyKey: 'once',
  progress() {},
}

/** Runs the department's one skill as the SDK does: input and output go through JSON and their schemas. */
async function run(department: AgentDefinition, input: unknown): Promise<unknown> {
  const [skill] = department.skills
  const output = await skill!.run(skill!.input.parse(overTheBus(input)), ctx)
  return skill!.output.parse(overTheBus(output))
}

async function runAll(at: string) {
  const { hazard, threat } = foreseen(stormAt('katrina', at))
  const evacuation = await run(health, { hazard, threat })
  const schedule = await run(transport, { hazard, threat, evacuation })
  const response = await run(emergency, { hazard, threat, evacuation, transport: schedule })
  const notice = await run(information, { hazard, response })
  return { evacuation, schedule, response, notice }
}

describe('the four departments', () => {
  it('offer one skill each, that the template asks for', () => {
    const offers = [health, transport, emergency, information].flatMap(({ skills }) =>
      skills.map(({ name, version }) => `${name}@${version}`),
    )
    expect(offers).toEqual([
      'plan-evacuation@1.0.0',
      'schedule-transfers@1.0.0',
      'compose-response@1.0.0',
      'publish-notice@1.0.0',
    ])
  })

  it('hand the work on from one to the next, and answer the same bytes every time', async () => {
    const first = JSON.stringify(await runAll('2005-08-28T12:00Z'))
    expect(JSON.stringify(await runAll('2005-08-28T12:00Z'))).toBe(first)
  })

  it.each(['2005-08-27T12:00Z', '2005-08-29T06:00Z', '2005-08-29T12:00Z'])('do so as of %s', async at => {
    const { response } = await runAll(at)
    expect(response).toMatchObject({ severity: 'Extreme', replay: true })
  })
})

function overTheBus(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
