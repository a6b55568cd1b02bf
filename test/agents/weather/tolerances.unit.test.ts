import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { blend } from '../../../agents/weather/blend.ts'
import { climatology } from '../../../agents/weather/climatology.ts'
import { forecast } from '../../../agents/weather/forecast.ts'
import { persistence } from '../../../agents/weather/persistence.ts'
import { travel } from '../../../agents/weather/sphere.ts'
import { Threat } from '../../../agents/weather/threat.ts'
import { agree } from '../../../coordinator/flow/agree/agree.ts'
import { beforeLandfall, stormAt } from './storms.ts'

const schema = z.toJSONSchema(Threat) as never
const methods = [persistence, climatology, blend]

/** The agents, by their place in `methods`, whose forecasts do not stand beside the others'. */
function deviators(threats: readonly Threat[]): string[] {
  const replicas = threats.map((output, i) => ({ agentId: String(i), output: output as never }))
  const asked = { agents: replicas.map(({ agentId }) => agentId), quorum: 2, noShows: [], unrevealed: [] }
  return agree(replicas, schema, asked).verdict.deviators
}

const cases = beforeLandfall.map(([name, at]) => {
  const hazard = stormAt(name, at)
  return { label: `${name} ${at.slice(0, 16)}Z`, threats: methods.map(method => forecast(hazard, method)) }
})

describe('three honest methods within 48 h of landfall', () => {
  it('all agree at most times, and two at the others', () => {
    const alone = cases
      .map(({ label, threats }) => ({ label, out: deviators(threats) }))
      .filter(({ out }) => out.length > 0)
    expect(alone.filter(({ out }) => out.length > 1)).toEqual([])
    expect(alone.length).toBeLessThanOrEqual(6)
  })
})

describe('a lie beside two honest forecasts', () => {
  const lies: [string, (threat: Threat) => Threat][] = [
    ...[0, 45, 90, 135, 180, 225, 270, 315].map((towards): [string, (threat: Threat) => Threat] => [
      `400 km towards ${towards}°`,
      threat => moved(threat, towards),
    ]),
    ['60 kt more', threat => blown(threat, 60)],
    ['60 kt less', threat => blown(threat, -60)],
  ]
  it.each(lies)('of %s is seen at every time, whoever tells it', (_, lie) => {
    for (const { label, threats } of cases)
      for (const liar of [0, 1, 2]) {
        const told = threats.map((threat, i) => (i === liar ? lie(threat) : threat))
        expect(deviators(told), label).toContain(String(liar))
      }
  })

  it.each(['katrina 2005-08-28T12:00Z', 'ike 2008-09-12T12:00Z'])('leaves the honest in peace: %s', label => {
    const { threats } = cases.find(each => each.label === label)!
    for (const [told, lie] of lies)
      for (const liar of [0, 1, 2])
        expect(deviators(threats.map((threat, i) => (i === liar ? lie(threat) : threat))), told).toEqual([String(liar)])
  })
})

function moved(threat: Threat, towards: number): Threat {
  const { landfall, hours } = threat
  return {
    ...threat,
    landfall: landfall && { ...landfall, ...travel(landfall, towards, 400) },
    hours: hours.map(hour => ({ ...hour, ...travel(hour, towards, 400) })),
  }
}

function blown(threat: Threat, byKt: number): Threat {
  const changed = (windKt: number) => Math.max(0, windKt + byKt)
  return { ...threat, hours: threat.hours.map(hour => ({ ...hour, windKt: changed(hour.windKt) })) }
}
