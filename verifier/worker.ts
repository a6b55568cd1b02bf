import { explainReport } from '../evidence/page/explain.ts'
import type { Html } from '../evidence/page/html.ts'
import { verifyFile } from '../evidence/verify-file.ts'
import { EntenteError, explainError } from '../protocol/errors.ts'
import { authorizeByCedar } from '../registry/policy/cedar.ts'
import type { Message } from './message.ts'

/** The part of a dedicated worker that is used here. */
interface Thread {
  onmessage: (message: { readonly data: Blob }) => void
  postMessage(message: Message): void
}

const thread = globalThis as unknown as Thread

/** Verifies the file that the page hands over, and says what it finds as it goes. */
thread.onmessage = async ({ data: file }) => {
  try {
    thread.postMessage(await verify(await file.text()))
  } catch (error) {
    thread.postMessage({ kind: 'failed', what: explainError(error) })
  }
}

async function verify(text: string): Promise<Message> {
  const input = parse(text)
  const report = await verifyFile(input, {
    authorize: authorizeByCedar,
    onCheck: ({ name, findings, count }) =>
      thread.postMessage({ kind: 'checked', name, ok: findings.length === 0, count }),
  })
  const { before, rows, after } = explainReport(input, report)
  return { kind: 'verified', report, before: textOf(before), rows: rows.map(({ text }) => text), after: textOf(after) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EntenteError('BUNDLE_INVALID', 'this file is not JSON', { cause })
  }
}

function textOf(sections: readonly Html[]): string {
  return sections.map(({ text }) => text).join('\n')
}
