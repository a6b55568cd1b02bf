import { afterEach, describe, expect, it } from 'vitest'
import { modelOf } from '../../../agents/information/agent.ts'
import type { NoticeInput } from '../../../agents/information/notice.ts'
import { readConfig } from '../../../stack/config.ts'
import { type Answer, type ModelServer, startModelServer } from '../../harness/model-server.ts'
import { katrina, publish } from './notice-of.ts'

let server: ModelServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** The notice when the configured model answers so. */
async function publishWith(input: NoticeInput, answer: Answer, signal?: AbortSignal) {
  server = await startModelServer(answer)
  const config = readConfig({
    OPENAI_MODEL: 'plain-words-1',
    OPENAI_API_KEY: 'secret',
    OPENAI_BASE_URL: server.baseUrl,
  })
  return publish(input, { ...modelOf(config)!, timeoutMs: 2_000 }, signal)
}

/** What the model was given to reword. */
function given(request: Parameters<Answer>[0]): { en: Text; zh: Text } {
  return JSON.parse(request.messages.at(-1)!.content)
}
interface Text {
  headline: string
  text: string
}

describe('a model that words the notice', () => {
  it('is asked once, for both languages, by a schema; its words are published where the facts are kept', async () => {
    const input = await katrina()
    const { notice, said } = await publishWith(input, request => {
      const { en, zh } = given(request)
      return JSON.stringify({
        en: { ...en, text: en.text.replace('are moving patients out of the area', 'are taking patients to safety') },
        zh: { ...zh, text: zh.text.replace('正在将病人转移到受威胁地区以外', '正在把病人转往安全地区') },
      })
    })
    expect(server!.asked).toHaveLength(1)
    expect(server!.asked[0]).toMatchObject({ model: 'plain-words-1', response_format: { type: 'json_schema' } })
    expect(notice.en).toMatchObject({ wordedBy: 'plain-words-1', text: expect.stringContaining('to safety') })
    expect(notice.zh).toMatchObject({ wordedBy: 'plain-words-1', text: expect.stringContaining('安全地区') })
    expect(said).toEqual([])
    expect(notice.cap).toContain('taking patients to safety')
    expect(notice.cap.match(/<value>plain-words-1<\/value>/g)).toHaveLength(2)
    const template = (await publish(input)).notice
    expect(notice.en.instruction).toBe(template.en.instruction)
    expect(notice.en.places).toBe(template.en.places)
  })

  it('is not followed in the language in which it drops a fact', async () => {
    const input = await katrina()
    const { notice, said } = await publishWith(input, request => {
      const { en, zh } = given(request)
      return JSON.stringify({ en: { ...en, text: en.text.replace('110 knots', 'terrible force') }, zh })
    })
    const template = (await publish(input)).notice
    expect(notice.en).toEqual(template.en)
    expect(notice.zh.wordedBy).toBe('plain-words-1')
    expect(said).toEqual(["The model's wording (en) was not used: 110 is missing"])
  })

  it('is not followed when it hides that the notice is an exercise', async () => {
    const { notice, said } = await publishWith(await katrina({ replay: true }), request => {
      const { en, zh } = given(request)
      return JSON.stringify({ en: { ...en, headline: en.headline.replace('EXERCISE: ', '') }, zh })
    })
    expect(notice.en.headline).toMatch(/^EXERCISE/)
    expect(said[0]).toMatch(/"exercise" is missing/i)
  })

  it.each<[string, Answer]>([
    ['no JSON', () => 'I would rather not.'],
    ['JSON of another shape', () => JSON.stringify({ notice: 'Run!' })],
    ['empty texts', () => JSON.stringify({ en: { headline: '', text: '' }, zh: { headline: '', text: '' } })],
    ['an error', () => 400],
    ['nothing within its time', () => null],
  ])('costs nobody the notice when it answers with %s', async (_, answer) => {
    const input = await katrina()
    const { notice, said } = await publishWith(input, answer)
    expect(notice).toEqual((await publish(input)).notice)
    expect(said).toEqual([expect.stringMatching(/^The model gave no usable answer: ./)])
  })

  it('is given up when the assignment is cancelled', async () => {
    const stop = new AbortController()
    const input = await katrina()
    const publishing = publishWith(
      input,
      () => {
        stop.abort()
        return null
      },
      stop.signal,
    )
    await expect(publishing).rejects.toThrow(/abort/i)
  })
})

describe('the model that the configuration names', () => {
  it('is none without a name, or with neither a key nor an address', () => {
    expect(modelOf(readConfig({}))).toBeNull()
    expect(modelOf(readConfig({ OPENAI_API_KEY: 'secret' }))).toBeNull()
    expect(modelOf(readConfig({ OPENAI_MODEL: 'm' }))).toBeNull()
  })

  it('may be at OpenAI with a key, or elsewhere without one', () => {
    expect(modelOf(readConfig({ OPENAI_MODEL: 'm', OPENAI_API_KEY: 'k' }))).toMatchObject({
      apiKey: 'k',
      baseUrl: null,
    })
    expect(modelOf(readConfig({ OPENAI_MODEL: 'm', OPENAI_BASE_URL: 'http://localhost:1/v1' }))).toMatchObject({
      apiKey: null,
      baseUrl: 'http://localhost:1/v1',
    })
  })
})
