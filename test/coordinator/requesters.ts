import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Msg } from '@nats-io/nats-core'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import { type ChainEntry, ChainIntent, messageIdOf } from '../../protocol/chain-message.ts'
import type { SubmitTask } from '../../protocol/commands.ts'
import { digestDocument, signDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { Priority } from '../../protocol/task.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { type KeyFile, makeKeyFile } from '../../stack/key-file.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { domain } from '../registry/consortium.ts'
import type { withCoordinators } from './with-coordinators.ts'

let nonce = 0

/** What a gateway says of a reservation that is final. */
function reservation(intent: ChainIntent): [subject: string, entry: string] {
  const messageId = messageIdOf(intent)
  const mined = { atMs: Date.now(), txHash: messageId, blockNumber: 1 }
  const steps = (['FINAL', 'NOTIFIED'] as const).map(state => ({ state, ...mined }))
  return [subjects.chainTx(messageId), JSON.stringify({ messageId, steps } satisfies ChainEntry)]
}

/** Domains that order tasks. */
export function requestersAt(office: ReturnType<typeof withCoordinators>) {
  const admins = new Map<string, KeyFile>()

  /** Admits a domain whose admin is known here. */
  async function admit(domainId: string): Promise<void> {
    const { facts, publish, directory } = office.consortium
    const admin = makeKeyFile(join(office.stack.dir, `admin-${domainId}.json`))
    admins.set(domainId, admin)
    await publish(facts.admitted(domainId, admin.address))
    const isThere = () => directory.current().domains.get(domainId)
    await directory.when(isThere, { what: domainId, timeoutMs: 5_000 })
  }

  async function order(domainId: string, subtasks: Json[], { priority }: { priority?: Priority } = {}) {
    const { address, privateKey } = admins.get(domainId)!
    const template = { name: 'ordered', version: '1.0.0', title: 'Ordered', subtasks }
    await putArtifact(office.consortium.nc, Buffer.from(canonicalJson(template)))
    const policy = { approvers: [address], onSilence: 'deny' as const, ...(priority ? { priority } : {}) }
    const spec = { goal: 'a test', template: contentHash(template), policy }
    const signed = {
      requester: address,
      domainId: domainToBytes32(domainId),
      specHash: contentHash(spec),
      inputHash: contentHash({}),
      policyHash: contentHash(policy),
      token: `0x${'70'.repeat(20)}` as const,
      budget: '1000000000',
      deadline: Math.floor(Date.now() / 1_000) + 120,
      nonce: `${++nonce}`,
    }
    const signature = signDocument(domain, 'TaskOrder', signed, privateKey)
    const command: SubmitTask = { order: signed, signature, spec, input: {} }
    return { command, taskId: digestDocument(domain, 'TaskOrder', signed) }
  }

  /** Whichever coordinator answers may read of the domain's admission a moment later than the test did. */
  async function submit(command: SubmitTask): Promise<Json> {
    for (const untilMs = Date.now() + 5_000; ; await sleep(100)) {
      try {
        return await sendCommand(office.consortium.nc, 'submit', command)
      } catch (error) {
        const isEarly = error instanceof EntenteError && error.code === 'UNAUTHORIZED'
        if (!isEarly || Date.now() > untilMs) throw error
      }
    }
  }

  /** Reserves whatever is asked for, as a chain with full accounts would, and takes nothing else. */
  function reserve(): void {
    const { nc } = office.consortium
    const answer = (message: Msg, value: Json) => void message.respond(JSON.stringify({ ok: true, value }))
    nc.subscribe(subjects.chainDone, { callback: (_, message) => answer(message, null) })
    nc.subscribe(subjects.chainDoneMany, {
      callback: (_, message) =>
        answer(
          message,
          message.json<Json[]>().map(() => ({ ok: true, value: null })),
        ),
    })
    nc.subscribe(subjects.chainSubmitMany('coordinator'), {
      callback: (_, message) => {
        const replies = ChainIntent.array()
          .parse(message.json())
          .map((intent): Json => {
            if (intent.operation !== 'reserve') return { ok: false, code: 'GATEWAY_BUSY', message: 'no chain is here' }
            nc.publish(...reservation(intent))
            return { ok: true, value: { messageId: messageIdOf(intent), state: 'RECEIVED' } }
          })
        answer(message, replies)
      },
    })
  }

  return { admit, order, submit, reserve }
}
