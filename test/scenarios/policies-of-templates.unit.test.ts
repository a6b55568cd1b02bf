import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { planFrom } from '../../coordinator/flow/plan.ts'
import { clearanceOf } from '../../coordinator/flow/policy/clear.ts'
import { untouched } from '../../coordinator/flow/progress.ts'
import { type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { lockTemplate } from '../../coordinator/planner/lock-template.ts'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import { Template } from '../../protocol/template.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'

/** Who does what in each scenario, and what its policy set says to that. */
const scenarios = {
  'emergency-response': {
    requester: null,
    within: [],
    given: {
      forecast: ['national-weather: yes', 'coastal-institute: yes'],
      evacuation: ['health: yes'],
      transport: ['transport: yes'],
      response: ['emergency: yes'],
      notice: ['information: yes'],
    },
  },
  'templates/one-stop-birth': {
    requester: 'civil-affairs',
    within: [],
    given: {
      birth: ['health-office: yes'],
      resident: ['police: yes'],
      family: ['civil-affairs: yes'],
      insurance: ['social-security: yes'],
      allowance: ['social-security: yes'],
    },
  },
  'templates/letter-of-credit': {
    requester: 'maker',
    within: ['document-examination.yaml'],
    given: {
      credit: ['issuing-bank: yes'],
      goods: ['maker: yes'],
      waybill: ['carrier: yes'],
      invoice: ['maker: yes'],
      'documents-examine': ['issuing-bank: yes', 'confirming-bank: approvers'],
      payment: ['issuing-bank: yes'],
      refusal: ['issuing-bank: yes'],
    },
  },
} as const

type Scenario = (typeof scenarios)[keyof typeof scenarios]

const read = (path: string) => readFileSync(new URL(`../../scenarios/${path}`, import.meta.url), 'utf8')

/** Every subtask done by who does it in the scenario, as far as flows can tell. */
function doneBy(path: string, { requester, within, given }: Scenario): Task {
  const { template, used } = lockTemplate(
    parse(read(`${path}/template.yaml`)) as Json,
    within.map(name => parse(read(`${path}/${name}`)) as Json),
  )
  const enough = { domains: 99, highestPrice: 0n, nearest: [] }
  const limits = { budget: 10n ** 12n, feeBps: 0, availableMs: 10 ** 9 }
  const library = new Map(
    used.map(each => [contentHash(each), { template: Template.parse(each), hash: contentHash(each) }] as const),
  )
  const plan = planFrom(Template.parse(template), contentHash(template), () => enough, limits, { library })
  const subtasks = plan.subtasks.map(({ id }) => {
    const domains = (given as Record<string, readonly string[]>)[id] ?? []
    const chosen = domains.map((each, place) => ({ agentId: `${place}`, domainId: each.split(':')[0]! }))
    const accepted = chosen.map(({ agentId }) => agentId)
    return [id, { ...untouched(id), phase: 'completed', assigned: { chosen }, verdict: { accepted } }] as const
  })
  const submitted = { requester: { domainId: requester }, spec: { policy: { approvers: [] } } }
  const completions = plan.subtasks.map(({ id }) => id)
  return { ...unknownTask(`0x${'00'.repeat(32)}`), plan, submitted, subtasks: new Map(subtasks), completions } as never
}

describe.each(Object.entries(scenarios))('in %s', (path, scenario) => {
  const set = policyFrom(path, read(`${path}/policy.yaml`))
  const task = doneBy(path, scenario)
  it.each(Object.entries(scenario.given))('%s may go to %j, and to nobody else', (id, expected) => {
    const { verdicts } = clearanceOf(task, id, set.domains!, set, authorizeByCedar)
    const found = verdicts
      .filter(({ permit }) => permit)
      .map(({ domainId, masks, approval }) => {
        return `${domainId}: ${approval.join() || (masks.length > 0 ? 'masked' : 'yes')}`
      })
    const also = id === 'forecast' ? ['naval-meteorology: yes'] : []
    expect(found.sort()).toEqual([...expected, ...also].sort())
  })
})
