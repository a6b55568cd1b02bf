import type { ChainIntent } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { traceIdOf } from '../stack/trace-id.ts'
import { accept } from './admit.ts'
import { senderOf } from './estimate.ts'
import { isClosed } from './life.ts'
import { ownTenant } from './own.ts'
import type { Pipeline } from './pipeline.ts'

const FILLER_GAS = '60000'

/**
 * Closes a gap in a signer's numbers, below which everything waits for ever: left when a number was taken, the gateway
 * died before that was stored, and a later number was stored. A call that does nothing takes the lowest number.
 */
export async function fillGaps(pipeline: Pipeline): Promise<void> {
  for (const signer of pipeline.signers.byAddress.keys()) {
    const [gap] = pipeline.nonces.gaps(signer)
    if (gap === undefined || isComing(pipeline, signer) || pipeline.signers.decided(signer).frozen !== null) continue
    pipeline.log.warn({ signer, nonce: gap }, 'filling a gap')
    await fill(pipeline, signer, gap)
  }
}

/** One that went by another number, because a message took this one first and gave it back, does not stand in the way of the next. */
async function fill(pipeline: Pipeline, signer: Hex, gap: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { state } = await accept(pipeline, fillerOf(signer, gap, attempt), traceIdOf())
    if (!isClosed(state)) return
  }
}

/** A message that has no number yet will take the lowest: nothing needs to be made up. One that waits for a batch may wait. */
function isComing(pipeline: Pipeline, signer: Hex): boolean {
  return pipeline.desk.all().some(message => {
    const { intent, nonce, batch } = message.life
    // One that keeps to an order may need a higher number.
    const free = nonce === null && batch === null && intent.orderKey === undefined
    return free && senderOf(pipeline, message.life) === signer && !pipeline.lane.waits(message)
  })
}

/** Its gas is stated, so that nothing a node says of it can end it before it has a number: even one that fails uses that. */
function fillerOf(signer: Hex, nonce: number, attempt: number): ChainIntent {
  const call = { contract: 'ContractRegistry', call: 'deploymentBlock', args: [], value: '0', prove: false }
  const businessId = attempt === 1 ? `${signer}-${nonce}` : `${signer}-${nonce}-${attempt}`
  return { tenant: ownTenant, operation: 'fill-gap', businessId, from: signer, gasLimit: FILLER_GAS, ...call }
}
