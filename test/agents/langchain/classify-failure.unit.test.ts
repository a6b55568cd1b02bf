import { stampRetryable } from '@langchain/core/errors'
import { OutputParserException } from '@langchain/core/output_parsers'
import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../../agents/langchain/classify-failure.ts'
import { Retryable } from '../../../agents/sdk/define.ts'

const withStatus = (status: number) => Object.assign(new Error('no'), { status })
const withCode = (code: string) => Object.assign(new Error('no'), { code })
const wrapped = (cause: Error) => new Error('middleware failed', { cause: new Error('a call failed', { cause }) })

describe('a failure of a runnable', () => {
  it.each([
    ['a rate limit', withStatus(429)],
    ['a server in trouble', withStatus(502)],
    ['a time-out', new DOMException('too slow', 'TimeoutError')],
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a closed socket', withCode('UND_ERR_SOCKET')],
    ["the author's own word", new Retryable('come again')],
    ["LangChain's word", stampRetryable(new Error('no'), true)],
    ['any of them inside others', wrapped(withCode('EAI_AGAIN'))],
  ])('may be mended by another try: %s', (_, error) => {
    expect(classifyFailure(error)).toBeInstanceOf(Retryable)
  })

  it.each([
    ['a spent quota, for all that its status is that of a rate limit', stampRetryable(withStatus(429), false)],
    ['a request that the model refuses', withStatus(422)],
    ['a refusal that came of a broken line', Object.assign(withStatus(400), { cause: withCode('ECONNRESET') })],
    ['a missing file', withCode('ENOENT')],
    ['anything else', new Error('no')],
    ['what is no error', 'no'],
  ])('is final: %s', (_, thrown) => {
    const failure = classifyFailure(thrown)
    expect(failure).not.toBeInstanceOf(Retryable)
    expect(failure.message).toBe('no')
  })

  it('ends though its causes go round', () => {
    const one = new Error('one')
    one.cause = new Error('other', { cause: one })
    expect(classifyFailure(one)).not.toBeInstanceOf(Retryable)
  })

  it('does not repeat the answer that a parser could not read', () => {
    const failure = classifyFailure(
      new OutputParserException('Failed to parse. Text: "J. Doe bleeds."', 'J. Doe bleeds.'),
    )
    expect(failure).not.toBeInstanceOf(Retryable)
    expect(failure.message).toBe('an answer is not of the form asked for')
  })

  it('is told in one line and without advertising', () => {
    const message = '401 wrong key\n\nTroubleshooting URL: https://example.org/errors/MODEL_AUTHENTICATION/\n'
    expect(classifyFailure(new Error(message)).message).toBe('401 wrong key')
  })
})
