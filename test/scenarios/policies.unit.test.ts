import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { judgeDomain } from '../../coordinator/flow/policy/judge.ts'
import { partyOf } from '../../protocol/authorize.ts'
import type { DataClass } from '../../protocol/policy.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'

const fileOf = {
  'emergency-response': 'emergency-response/policy.yaml',
  'one-stop-birth': 'templates/one-stop-birth/policy.yaml',
  'letter-of-credit': 'templates/letter-of-credit/policy.yaml',
}
type Scenario = keyof typeof fileOf

const setOf = (scenario: Scenario) => {
  const file = new URL(`../../scenarios/${fileOf[scenario]}`, import.meta.url)
  return policyFrom(fileOf[scenario], readFileSync(file, 'utf8'))
}

type Row = readonly [
  owner: string | null,
  data: DataClass,
  to: string,
  skill: string,
  outcome: 'yes' | 'masked' | `by ${string}` | 'no',
  because: string,
]

/** Whose data of which class, to whom, for which skill: what comes of it, and by which policy. */
const matrix: Record<Scenario, readonly Row[]> = {
  'emergency-response': [
    [null, 'public', 'national-weather', 'forecast-threat@1', 'yes', 'public-goes-anywhere'],
    [null, 'public', 'health', 'forecast-threat@1', 'no', 'no policy permits it'],
    [null, 'internal', 'coastal-institute', 'forecast-threat@1', 'no', 'no policy permits it'],
    ['national-weather', 'public', 'health', 'plan-evacuation@1', 'yes', 'health-plans-evacuation'],
    ['health', 'personal', 'transport', 'schedule-transfers@1', 'yes', 'patients-for-who-moves-them'],
    ['health', 'personal', 'emergency', 'compose-response@1', 'yes', 'patients-for-who-moves-them'],
    ['health', 'personal', 'information', 'publish-notice@1', 'no', 'no policy permits it'],
    ['health', 'personal', 'naval-meteorology', 'forecast-threat@1', 'no', 'no policy permits it'],
    ['emergency', 'internal', 'information', 'publish-notice@1', 'yes', 'internal-stays-among-responders'],
    ['emergency', 'internal', 'transport', 'publish-notice@1', 'no', 'to be asked for publish-notice@1'],
    ['health', 'restricted', 'transport', 'schedule-transfers@1', 'no', 'nothing-restricted'],
  ],
  'one-stop-birth': [
    ['civil-affairs', 'restricted', 'health-office', 'verify-birth@1', 'yes', 'certificates-for-health'],
    ['civil-affairs', 'personal', 'health-office', 'verify-birth@1', 'masked', 'persons-masked-elsewhere'],
    ['civil-affairs', 'personal', 'police', 'check-identity@1', 'yes', 'persons-for-the-registers'],
    ['police', 'personal', 'civil-affairs', 'record-family@1', 'yes', 'persons-for-the-registers'],
    ['police', 'personal', 'social-security', 'enrol-insurance@1', 'yes', 'persons-for-the-registers'],
    ['police', 'restricted', 'civil-affairs', 'record-family@1', 'yes', 'numbers-for-the-registers'],
    ['police', 'restricted', 'social-security', 'grant-allowance@1', 'yes', 'numbers-for-the-registers'],
    ['civil-affairs', 'restricted', 'police', 'register-resident@1', 'by data-protection', 'certificates-by-consent'],
    ['health-office', 'internal', 'police', 'register-resident@1', 'yes', 'up-to-internal-goes-to-all'],
    ['police', 'personal', 'police', 'record-family@1', 'no', 'to be asked for record-family@1'],
    ['police', 'personal', 'health-office', 'enrol-insurance@1', 'no', 'to be asked for enrol-insurance@1'],
  ],
  'letter-of-credit': [
    ['maker', 'internal', 'issuing-bank', 'open-credit@1', 'yes', 'papers-for-the-parties'],
    ['issuing-bank', 'public', 'maker', 'despatch-goods@1', 'yes', 'public-goes-anywhere'],
    ['issuing-bank', 'restricted', 'issuing-bank', 'examine-documents@1', 'yes', 'credit-stays-with-the-bank'],
    [
      'issuing-bank',
      'restricted',
      'confirming-bank',
      'examine-documents@1',
      'by approvers',
      'credit-to-who-confirms-it',
    ],
    ['confirming-bank', 'restricted', 'issuing-bank', 'examine-documents@1', 'no', 'no policy permits it'],
    ['issuing-bank', 'restricted', 'maker', 'despatch-goods@1', 'no', 'no policy permits it'],
    ['issuing-bank', 'restricted', 'carrier', 'issue-waybill@1', 'no', 'no policy permits it'],
    ['carrier', 'internal', 'maker', 'examine-documents@1', 'no', 'not-your-own-papers'],
    ['carrier', 'personal', 'issuing-bank', 'pay-beneficiary@1', 'no', 'no policy permits it'],
  ],
}

describe.each(Object.keys(matrix) as Scenario[])('where data may flow in %s', scenario => {
  const set = setOf(scenario)
  it.each(matrix[scenario])('%s, %s, to %s for %s: %s (%s)', (owner, data, to, skill, outcome, because) => {
    const purpose = { requester: partyOf(requesterIn(scenario)), template: scenario, skill }
    const items = [{ from: 'input', at: 'it', owner, class: data }]
    const verdict = judgeDomain(set, authorizeByCedar, purpose, items, to)
    expect(outcomeOf(verdict)).toBe(outcome)
    expect(verdict.reasons.join('\n')).toContain(because)
  })
})

function requesterIn(scenario: Scenario): string | null {
  return { 'emergency-response': null, 'one-stop-birth': 'civil-affairs', 'letter-of-credit': 'maker' }[scenario]
}

function outcomeOf({ permit, masks, approval }: ReturnType<typeof judgeDomain>): string {
  if (!permit) return 'no'
  if (approval.length > 0) return `by ${approval.join(' and ')}`
  return masks.length > 0 ? 'masked' : 'yes'
}
