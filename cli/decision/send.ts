import type { NatsConnection } from '@nats-io/nats-core'
import type { Giver } from '../../agents/sdk/seal/seal-given.ts'
import { contentHash } from '../../protocol/canonical.ts'
import {
  AnswerApproval,
  AnswerQuestion,
  CancelTask,
  PauseTask,
  ResumeTask,
  SignalTask,
} from '../../protocol/commands.ts'
import { type DocumentName, signDocument, signingDomain } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Directory } from '../../registry/directory.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { sealWord } from '../../scenarios/consortium/seal-words.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { readConfig } from '../../stack/config.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { withBus } from '../with-bus.ts'

/** What each verb signs, who its command calls the signer, and what the command must look like. */
const verbs = {
  approve: { document: 'Approval', as: 'approver', schema: AnswerApproval },
  cancel: { document: 'Cancellation', as: 'signer', schema: CancelTask },
  pause: { document: 'Pause', as: 'signer', schema: PauseTask },
  resume: { document: 'Resumption', as: 'signer', schema: ResumeTask },
  answer: { document: 'QuestionAnswer', as: 'signer', schema: AnswerQuestion },
  signal: { document: 'Signal', as: 'signer', schema: SignalTask },
} as const satisfies Record<string, { document: DocumentName; as: string; schema: unknown }>

/**
 * Signs a decision on a task with the key in `ENTENTE_KEY`, sends it to a coordinator over the bus, and prints what the task
 * is then. The key never leaves this process.
 * @throws EntenteError COMMAND_INVALID, SEAL_UNFIT before anything is sent; or as the coordinator refused it
 */
export async function sendDecision(
  verb: keyof typeof verbs,
  decision: object,
  keeping: { readonly keeper?: string } = {},
): Promise<void> {
  const { document, as, schema } = verbs[verb]
  const { ENTENTE_KEY } = readConfig(process.env)
  if (!ENTENTE_KEY) throw new EntenteError('CONFIG_INVALID', 'ENTENTE_KEY is not set: whose decision is it?')
  const { address, privateKey } = readKeyFile(ENTENTE_KEY)
  const unsigned = { ...decision, atMs: Date.now(), [as]: address }
  const parsed = schema.safeParse({ ...unsigned, signature: `0x${'00'.repeat(65)}` })
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new EntenteError('COMMAND_INVALID', wrong.join('; '))
  }
  const command = parsed.data
  await withBus(async nc => {
    const { chainId, contractRegistry } = await askChainInfo(nc)
    const domain = signingDomain(chainId, contractRegistry)
    const said = await sealedIn({ nc, domain, by: address, ...keeping }, command)
    const signature = signDocument(domain, document, { ...said, ...hashesOf(said) }, privateKey)
    process.stdout.write(`${JSON.stringify(await sendCommand(nc, verb, { ...said, signature }))}\n`)
  })
}

/** The command, with sealed what the task marks as restricted of a payload or an answer. */
async function sealedIn(giver: Omit<Giver, 'directory'>, command: { readonly taskId: Hex }): Promise<object> {
  const directory = () => readDirectory(giver.nc)
  if ('answer' in command) {
    const word = { kind: 'answer', ...(command as AnswerQuestion) } as const
    return { ...command, answer: await sealWord({ ...giver, directory }, word) }
  }
  if (!('payload' in command)) return command
  const word = { kind: 'signal', ...(command as SignalTask) } as const
  return { ...command, payload: await sealWord({ ...giver, directory }, word) }
}

async function readDirectory(nc: NatsConnection): Promise<Directory> {
  const followed = await followDirectory({ nc, log: openLog('decision', { LOG_LEVEL: 'silent' }) })
  await followed.stop()
  return followed.current()
}

/** What is said in JSON is signed by its hash. */
function hashesOf(command: object): object {
  if ('answer' in command) return { answerHash: contentHash(command.answer) }
  return 'payload' in command ? { payloadHash: contentHash(command.payload) } : {}
}
