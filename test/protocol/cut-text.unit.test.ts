import { expect, it } from 'vitest'
import { signFailure } from '../../agents/sdk/sign-answer.ts'
import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import { cutText } from '../../protocol/cut-text.ts'
import { signingDomain } from '../../protocol/documents.ts'

it('never leaves half of a character, which could not be logged', () => {
  expect(cutText('storm 🌀 near', 7)).toBe('storm \ufffd')
  expect(cutText('storm 🌀 near', 8)).toBe('storm 🌀')
  expect(cutText('calm', 60)).toBe('calm')
  expect(() => canonicalJson(cutText('🌀'.repeat(9), 7))).not.toThrow()
})

it('what an agent says of its failure can be logged, wherever it is cut', () => {
  const identity = {
    agentId: '7',
    domain: signingDomain(1, `0x${'11'.repeat(20)}`),
    privateKey: `0x${'22'.repeat(32)}`,
  }
  const attempt = { taskId: `0x${'33'.repeat(32)}`, subtaskId: 'one', attempt: 1 } as const
  const reason = `${'x'.repeat(499)}🌀 blew the sensor away`
  const answer = signFailure(identity as never, attempt, `0x${'44'.repeat(32)}`, { reason, retry: true })
  expect(() => contentHash(answer)).not.toThrow()
})
