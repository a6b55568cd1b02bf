import { contentHash } from '../protocol/canonical.ts'
import { type ChainIntent, type IntentAccepted, messageIdOf } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Address } from '../protocol/ids.ts'
import { traceIdOf } from '../stack/trace-id.ts'
import { setOut } from './carry.ts'
import { checkProves } from './check-receipts.ts'
import { checkSize } from './check-size.ts'
import { senderOf } from './estimate.ts'
import type { Step } from './journal.ts'
import type { Life } from './life.ts'
import type { Meter } from './limits/meter.ts'
import type { Pipeline } from './pipeline.ts'
import { whyForbidden } from './policy.ts'

/** Beyond this the door is closed until some are done: a queue without a bound only hides that it is too long. */
const MAX_OPEN = 20_000

/**
 * The gateway's door: checks an intent, stores it, and only then says that it is accepted. The same key with the same
 * payload is answered from the log.
 *
 * @param tenant proven by the subject on which the intent came
 * @throws EntenteError COMMAND_INVALID, PAYLOAD_TOO_LARGE, UNAUTHORIZED, IDEMPOTENCY_CONFLICT, KEY_FROZEN, CONTRACT_FROZEN,
 * CONTRACT_RETIRED, RECEIPTS_UNPROVEN, GATEWAY_BUSY, TENANT_OVER_LIMIT
 */
export async function admit(
  pipeline: Pipeline,
  tenant: string,
  intent: ChainIntent,
  traceparent?: string,
): Promise<IntentAccepted> {
  checkAuthority(pipeline, tenant, intent)
  checkSize(intent, pipeline.room)
  return (await answerWithoutNew(pipeline, intent)) ?? accept(pipeline, intent, traceIdOf(traceparent), pipeline.meter)
}

/** What is there already is answered even when its key or its contract takes nothing new; null when both do. */
async function answerWithoutNew(
  { profile, signers, contracts, journal, pools }: Pipeline,
  intent: ChainIntent,
): Promise<IntentAccepted | null> {
  try {
    const { from } = intent
    if (pools.has(from)) pools.checkTakesNew(from)
    else signers.checkTakesNew(from === 'relayer' ? signers.relayer : (from as Address))
    await contracts.checkActive(intent.contract)
    if (intent.prove) checkProves(profile, 'no proof can be made')
    return null
  } catch (refusal) {
    const kept = await journal.read(messageIdOf(intent))
    if (kept === null) throw refusal
    return answerAgain(kept.life, intent)
  }
}

/**
 * Stores an intent that is known to be allowed, and sets it going.
 *
 * @param meter counts it if it is new
 */
export async function accept(
  pipeline: Pipeline,
  intent: ChainIntent,
  traceId: string,
  meter?: Meter,
): Promise<IntentAccepted> {
  const messageId = messageIdOf(intent)
  const known = pipeline.desk.get(messageId)
  if (known !== undefined) {
    await known.accepted?.promise
    return answerAgain(known.life, intent)
  }
  if (pipeline.desk.size >= MAX_OPEN) throw new EntenteError('GATEWAY_BUSY', `${MAX_OPEN} messages are under way`)
  const expected = pipeline.desk.expect()
  try {
    return await acceptNew(pipeline, messageId, intent, traceId, meter)
  } finally {
    expected.done()
  }
}

async function acceptNew(
  pipeline: Pipeline,
  messageId: Hex,
  intent: ChainIntent,
  traceId: string,
  meter?: Meter,
): Promise<IntentAccepted> {
  const { tenant, contract, call } = intent
  try {
    await meter?.count(tenant)
  } catch (refusal) {
    // One that is known is answered, whatever its tenant has sent since.
    const stored = await pipeline.journal.read(messageId)
    if (stored === null) throw refusal
    return answerAgain(stored.life, intent)
  }
  const choice = pipeline.pools.choose(intent)
  const signer = choice === null ? {} : { signer: choice.signer }
  const admitted = { state: 'ADMITTED', cause: `${tenant} may call ${contract}.${call}`, ...signer } as const
  const begin = wayOf(pipeline, intent, choice?.signer ?? null)
  const before = await begin(pipeline, intent, admitted, traceId).finally(choice?.done)
  if (before === null) return { messageId, state: admitted.state }
  await meter?.uncount(tenant)
  return answerAgain(before, intent)
}

/** @returns what the log has of the message's key already; null when it is new */
type Begin = (pipeline: Pipeline, intent: ChainIntent, admitted: Step, traceId: string) => Promise<Life | null>

/**
 * How a new message begins. Where another gateway numbers for the signer, that finds it in the log; and for what is known to be
 * there no number is taken, and no place in a batch.
 */
function wayOf(pipeline: Pipeline, intent: ChainIntent, chosen: Address | null): Begin {
  const signer = senderOf(pipeline, { signer: null, chosen, intent })
  const isKnown = pipeline.ledger.has(messageIdOf(intent), 0)
  if (isKnown || intent.orderKey !== undefined || !pipeline.leases.holds(signer)) return beginAlone
  return pipeline.lane.isFor(signer, intent) ? beginAboard : beginWithNumber
}

/**
 * Sets a message going whose number and bytes are stored in one entry with its admission, and waits for that: half a
 * second at most for the node, and as long for a key that lies elsewhere.
 */
async function beginWithNumber(
  pipeline: Pipeline,
  intent: ChainIntent,
  admitted: Step,
  traceId: string,
): Promise<Life | null> {
  const { life, noted } = pipeline.journal.draft(intent, [admitted], traceId)
  const message = pipeline.desk.get(life.messageId) ?? pipeline.desk.takeNew(life, noted)
  if (message.noted === noted) void setOut(pipeline, message)
  await message.accepted?.promise
  return message.life.intent === intent ? null : message.life
}

/** Stores in one entry that a message is admitted, and with which batch it goes. */
async function beginAboard(
  pipeline: Pipeline,
  intent: ChainIntent,
  admitted: Step,
  traceId: string,
): Promise<Life | null> {
  const signer = senderOf(pipeline, { signer: null, chosen: (admitted.signer as Address) ?? null, intent })
  const isNew = await pipeline.lane.board(signer, intent, async batch => {
    const kept = await pipeline.journal.begin(intent, [admitted, { state: 'BATCHED', batch, signer }], traceId)
    if (kept !== null && pipeline.leases.holds(signer)) pipeline.desk.take(kept.life, kept.lastSeq)
    return kept !== null
  })
  return isNew ? null : storedLife(pipeline, messageIdOf(intent))
}

/** Stores that a message is admitted, and sets it going. */
async function beginAlone(
  pipeline: Pipeline,
  intent: ChainIntent,
  admitted: Step,
  traceId: string,
): Promise<Life | null> {
  const kept = await pipeline.journal.begin(intent, [admitted], traceId)
  if (kept === null) return storedLife(pipeline, messageIdOf(intent))
  if (pipeline.leases.holds(senderOf(pipeline, kept.life))) {
    void setOut(pipeline, pipeline.desk.take(kept.life, kept.lastSeq))
  }
  return null
}

function checkAuthority({ signers, pools }: Pipeline, tenant: string, intent: ChainIntent): void {
  if (intent.tenant !== tenant) throw new EntenteError('UNAUTHORIZED', `${tenant} may not send as ${intent.tenant}`)
  const forbidden = whyForbidden(intent, signers.byName)
  if (forbidden !== null) throw new EntenteError('UNAUTHORIZED', forbidden)
  if (intent.from !== 'relayer' && !pools.has(intent.from) && !signers.byAddress.has(intent.from as Address)) {
    throw new EntenteError('COMMAND_INVALID', `the gateway holds no key of ${intent.from}`)
  }
}

function answerAgain(life: Life, intent: ChainIntent): IntentAccepted {
  if (contentHash(life.intent) === contentHash(intent)) return { messageId: life.messageId, state: life.state }
  const key = `(${intent.tenant}, ${intent.operation}, ${intent.businessId})`
  throw new EntenteError('IDEMPOTENCY_CONFLICT', `${key} was sent before with another payload`)
}

async function storedLife(pipeline: Pipeline, messageId: Hex): Promise<Life> {
  const kept = await pipeline.journal.read(messageId)
  if (kept === null) throw new EntenteError('LOG_CONFLICT', `message ${messageId} cannot be read back`)
  return kept.life
}
