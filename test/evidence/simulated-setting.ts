import { contentHash, type Json } from '../../protocol/canonical.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { addressOf } from '../../protocol/sign.ts'
import type { TaskSpec } from '../../protocol/task.ts'

/** A private key for each name: the same in every run. */
export const keyOf = (name: string): Hex => sha256(`test key of ${name}`)
export const walletOf = (name: string) => addressOf(keyOf(name))

/** Where and when a task takes place. */
export interface Setting {
  readonly chain: Bundle['chain']
  readonly token: Hex
  readonly startMs: number
  readonly funding: { readonly txHash: Hex; readonly blockNumber: number; readonly blockHash?: Hex }
}

/** A chain of which there are only the blocks that evidence needs. */
export const simulated: Setting = {
  chain: {
    chainId: 31337,
    contractRegistry: walletOf('contract registry'),
    escrow: walletOf('escrow'),
    evidenceLog: walletOf('evidence log'),
  },
  token: walletOf('token'),
  startMs: 1_125_230_400_000,
  funding: { txHash: sha256('funding'), blockNumber: 90, blockHash: sha256('block 90') },
}

export const domainOf = ({ chain }: Setting) => signingDomain(chain.chainId, chain.contractRegistry)

/** Agent id → the domain it is enrolled in. */
export const agents: Record<string, string> = {
  3: 'weather-one',
  5: 'weather-two',
  8: 'weather-three',
  12: 'health-one',
  13: 'health-two',
  21: 'emergency',
}

const template = {
  name: 'small-response',
  version: '1.0.0',
  title: 'A forecast by three, beds by one, a response that needs a yes',
  subtasks: [
    { id: 'forecast', skill: 'forecast@1', replicas: 3, quorum: 2, weight: 3, input: '{at: input.at}' },
    {
      id: 'beds',
      skill: 'find-beds@1',
      after: ['forecast'],
      input: '{windKt: outputs.forecast.windKt}',
      compensate: { skill: 'release-beds@1', input: '{beds: output.beds}' },
    },
    {
      id: 'harbour',
      after: ['forecast'],
      ask: {
        question: { expression: "join(' ', ['Is the harbour closed at', to_string(outputs.forecast.windKt), 'kt?'])" },
        show: 'outputs.forecast',
        from: [walletOf('harbour master')],
        answer: { type: 'object', properties: { closed: { type: 'boolean' } }, required: ['closed'] },
        deadlineMs: 60_000,
      },
    },
    {
      id: 'respond',
      skill: 'respond@1',
      after: ['beds', 'harbour'],
      input: 'outputs',
      approval: { when: "output.severity == 'Extreme'", reason: 'people will be moved', deadlineMs: 60_000 },
    },
  ],
  output: '{severity: outputs.respond.severity, windKt: outputs.forecast.windKt}',
}

export const outputSchema = {
  type: 'object',
  properties: { windKt: { type: 'number', agree: { by: 'median', tolerance: 5 } }, place: { type: 'string' } },
}

const policy = { approvers: [walletOf('approver')], onSilence: 'deny' as const }
export const terms = { feeBps: 200, penaltyBps: { noShow: 100, wrong: 3000, unrevealed: 1000 } }

/** What is ordered: a template, what it is to work on, and for how much. */
export interface Ordered {
  readonly template: Json
  readonly spec: { readonly goal: string; readonly template: Hex; readonly policy: TaskSpec['policy'] }
  readonly input: Json
  readonly budget: string
  /** The output schema that a skill's agents have on their cards. */
  readonly outputSchemaOf: (skill: string) => Readonly<Record<string, Json>>
}

export function ordered(
  template: Json,
  input: Json,
  budget: string,
  outputSchemaOf: Ordered['outputSchemaOf'] = () => ({}),
): Ordered {
  const spec = { goal: 'Keep patients out of the wind', template: contentHash(template), policy }
  return { template, spec, input, budget, outputSchemaOf }
}

export const smallResponse = ordered(template, { at: '2005-08-28T12:00Z', regions: ['LA', 'MS'] }, '50000000', skill =>
  skill === 'forecast@1' ? outputSchema : {},
)

/** The order of the task, and its requester's signature. */
export function orderIn(setting: Setting, { spec, input, budget }: Ordered = smallResponse) {
  const order = {
    requester: walletOf('requester'),
    domainId: domainToBytes32('emergency'),
    specHash: contentHash(spec),
    inputHash: contentHash(input),
    policyHash: contentHash(spec.policy),
    token: setting.token,
    budget,
    deadline: setting.startMs / 1000 + 3600,
    nonce: '7',
  }
  return { order, signature: signDocument(domainOf(setting), 'TaskOrder', order, keyOf('requester')) }
}
