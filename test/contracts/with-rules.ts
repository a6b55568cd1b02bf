import { ContractFactory } from 'ethers'
import { beforeAll, expect } from 'vitest'
import { headerOf, type Ledger } from '../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger } from '../../coordinator/flow/batch/build-batch.ts'
import type { Batch } from '../../protocol/batch.ts'
import { randomScene, type Scene } from '../coordinator/flow/batch/scene.ts'
import { type Random, seeded } from '../harness/seeded.ts'
import { callHarness, type FunctionName, type HarnessArgs } from './call-harness.ts'
import { rulesHarnessAbi as abi, rulesHarnessBytecode } from './generated/rules-harness.ts'
import { withChain } from './with-chain.ts'

/** For each rule, and for the leaves of all kinds of lines together. */
export const CASES = 10_000
/** As many as a call carries in well under a second. */
const PER_CALL = 250

export interface Built {
  readonly scene: Scene
  readonly ledger: Ledger
  readonly batch: Batch
}

/** Gives a test file the contracts' rules on a chain of its own, and batches that were built by ours. */
export function withRules() {
  const chain = withChain('--no-request-size-limit')
  let harness = ''
  let pool: Built[] = []

  beforeAll(async () => {
    const deployed = await new ContractFactory(abi, rulesHarnessBytecode, await chain.rich()).deploy()
    await deployed.waitForDeployment()
    harness = await deployed.getAddress()
    const random = seeded('built batches')
    pool = Array.from({ length: 150 }, () => {
      const scene = randomScene(random, 6)
      const ledger = buildLedger(scene.settled, scene.facts.parent)
      return { scene, ledger, batch: headerOf(ledger, scene.setting) }
    })
  })

  const call = <Name extends FunctionName>(name: Name, args: HarnessArgs<Name>) =>
    callHarness(chain.provider, harness, name, args)

  /** Draws from built batches until there are enough; a draw is undefined where a batch does not have such a line. */
  function draw<Case>(seed: string, make: (random: Random, built: Built) => Case | undefined, count = CASES): Case[] {
    const random = seeded(seed)
    const cases: Case[] = []
    while (cases.length < count) {
      const made = make(random, random.pick(pool))
      if (made !== undefined) cases.push(made)
    }
    return cases
  }

  return {
    call,
    draw,
    get pool() {
      return pool
    },
  }
}

export async function inCalls<Case, Answer>(
  cases: readonly Case[],
  call: (some: readonly Case[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < cases.length; from += PER_CALL) {
    answers.push(...(await call(cases.slice(from, from + PER_CALL))))
  }
  expect(answers).toHaveLength(cases.length)
  return answers
}
