import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cardOf } from '../../agents/sdk/card.ts'
import { agent, skill } from '../../agents/sdk/define.ts'
import { cardUri } from '../../protocol/agent-card.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { emptyDirectory, foldCard, foldDirectory } from '../../registry/directory.ts'
import { matchSkill, nearestSkills } from '../../registry/match.ts'
import { addressNumber, chainFacts } from './chain-facts.ts'

const owner = addressNumber(1)

/** Agents `0`, `1`, … of one domain, each offering the skills given as `name@version`. */
function directoryOffering(...skillsOfAgents: string[][]) {
  const facts = chainFacts()
  const directory = emptyDirectory()
  foldDirectory(directory, facts.admitted('weather', owner))
  for (const [index, skills] of skillsOfAgents.entries()) {
    const card = cardOf(agent({ name: `agent ${index}`, description: '', skills: skills.map(offered) }))
    foldCard(directory, card)
    const agentId = String(index)
    const events = [...facts.registered(agentId, owner, cardUri(contentHash(card))), facts.enrolled('weather', agentId)]
    for (const event of events) foldDirectory(directory, event)
  }
  return { directory, facts }
}

function offered(reference: string) {
  const [name, version] = reference.split('@') as [string, string]
  return skill({ name, version, description: '', input: z.unknown(), output: z.unknown(), price: 1n, run: () => 1 })
}

describe('matching a skill', () => {
  it('finds every active agent that offers the major version, by agent id', () => {
    const { directory } = directoryOffering(['forecast@1.2.0'], ['forecast@2.0.0'], ['other@1.0.0', 'forecast@1.0.3'])
    const found = matchSkill(directory, 'forecast@1')
    expect(found.map(({ agent }) => agent.agentId)).toEqual(['0', '2'])
    expect(found.map(({ skill }) => skill.version)).toEqual(['1.2.0', '1.0.3'])
  })

  it('does not find an agent of a suspended domain', () => {
    const { directory, facts } = directoryOffering(['forecast@1.0.0'])
    foldDirectory(directory, facts.domain('DomainSuspended', 'weather'))
    expect(matchSkill(directory, 'forecast@1')).toEqual([])
  })

  it('does not find an agent whose card nobody has shown', () => {
    const { directory, facts } = directoryOffering()
    for (const event of facts.registered('0', owner, cardUri(`0x${'9'.repeat(64)}`))) foldDirectory(directory, event)
    foldDirectory(directory, facts.enrolled('weather', '0'))
    expect(directory.agents.get('0')?.active).toBe(true)
    expect(matchSkill(directory, 'forecast@1')).toEqual([])
  })

  it('names the nearest skills on offer, at most three, each once', () => {
    const { directory } = directoryOffering(
      ['forecast-threat@1.0.0', 'plan-beds@1.0.0'],
      ['forecast-threat@1.0.1', 'write-notice@1.0.0', 'x@1.0.0'],
    )
    expect(nearestSkills(directory, 'forcast-threat@1')[0]).toBe('forecast-threat@1')
    expect(new Set(nearestSkills(directory, 'plan-bed@1')).size).toBe(3)
  })
})
