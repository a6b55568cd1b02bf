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
import { askChainInfo } from '../../stack/chain-info.ts'
import { readKeyFile } from '../../stack/key-file.ts'
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
 * @throws EntenteError COMMAND_INVALID before anything is sent; or as the coordinator refused it
 */
export async function sendDecision(verb: keyof typeof verbs, decision: object): Promise<void> {
  const { document, as, schema } = verbs[verb]
  await withBus(async (nc, { ENTENTE_KEY }) => {
    if (!ENTENTE_KEY) throw new EntenteError('CONFIG_INVALID', 'ENTENTE_KEY is not set: whose decision is it?')
    const { address, privateKey } = readKeyFile(ENTENTE_KEY)
    const { chainId, contractRegistry } = await askChainInfo(nc)
    const unsigned = { ...decision, atMs: Date.now(), [as]: address }
    const parsed = schema.safeParse({ ...unsigned, signature: `0x${'00'.repeat(65)}` })
    if (!parsed.success) {
      const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      throw new EntenteError('COMMAND_INVALID', wrong.join('; '))
    }
    const domain = signingDomain(chainId, contractRegistry)
    const signature = signDocument(domain, document, { ...parsed.data, ...hashesOf(parsed.data) }, privateKey)
    process.stdout.write(`${JSON.stringify(await sendCommand(nc, verb, { ...unsigned, signature }))}\n`)
  })
}

/** What is said in JSON is signed by its hash. */
function hashesOf(command: object): object {
  if ('answer' in command) return { answerHash: contentHash(command.answer) }
  return 'payload' in command ? { payloadHash: contentHash(command.payload) } : {}
}
