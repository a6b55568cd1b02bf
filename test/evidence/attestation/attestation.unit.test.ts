import { beforeAll, describe, expect, it } from 'vitest'
import { payloadType, taskStatement } from '../../../evidence/attestation/task-statement.ts'
import { redact } from '../../../evidence/redact/redact.ts'
import { verifyFile } from '../../../evidence/verify-file.ts'
import { canonicalJson, contentHash } from '../../../protocol/canonical.ts'
import { type Envelope, signEnvelope } from '../../../protocol/dsse.ts'
import type { Bundle } from '../../../protocol/evidence.ts'
import { sha256 } from '../../../protocol/hash.ts'
import { addressOf } from '../../../protocol/sign.ts'
import { replaced } from '../flip.ts'
import { simulateBundle } from '../simulated-bundle.ts'

const key = sha256('who attests')
const attester = addressOf(key)
let bundle: Bundle
beforeAll(async () => {
  bundle = JSON.parse(JSON.stringify(await simulateBundle('completed')))
})

const sign = (statement: unknown) => signEnvelope(payloadType, Buffer.from(canonicalJson(statement)), key, attester)
const findingsOf = async (envelope: unknown, by?: `0x${string}`) =>
  (await verifyFile(bundle, { attestation: { envelope, attester: by } })).findings

describe('an attestation', () => {
  it('is of the bundle and the output by their hashes, and says who did what, with no payload', () => {
    const statement = JSON.parse(canonicalJson(taskStatement(bundle)))
    expect(statement._type).toBe('https://in-toto.io/Statement/v1')
    expect(statement.subject[0].digest.sha256).toBe(contentHash(bundle).slice(2))
    expect(statement.predicate.result.state).toBe('completed')
    const [forecast] = statement.predicate.result.subtasks
    expect(forecast).toMatchObject({ name: 'forecast', agents: [{ agentId: '3' }, { agentId: '5' }] })
    expect(JSON.stringify(statement)).not.toContain('Keep patients out of the wind')
  })

  it('holds when it is what the bundle gives, by who is asked for', async () => {
    const report = await verifyFile(bundle, { attestation: { envelope: sign(taskStatement(bundle)), attester } })
    expect(report.findings).toEqual([])
    expect(report.checks).toContainEqual({ name: 'attestation', ok: true, count: 1 })
    expect(report.unchecked).toContain(`Whose key is that of ${attester}, by which the attestation is signed.`)
  })

  it('does not hold by another, or with another word in it', async () => {
    const honest = sign(taskStatement(bundle))
    const other = addressOf(sha256('another'))
    expect((await findingsOf(honest, other))[0]).toEqual({
      where: '/attestation/signatures',
      what: `it is signed by ${attester}, and not by ${other}`,
    })
    const statement = JSON.parse(canonicalJson(taskStatement(bundle)))
    for (const at of ['/subject/0/digest/sha256', '/predicateType', '/predicate/result/subtasks/0/agents/0/domain']) {
      const found = await findingsOf(sign(replaced(statement, at, 'other')))
      expect(found.map(({ where }) => where)).toEqual([`/attestation/payload${at}`])
    }
    expect((await findingsOf(sign({ ...statement, more: 1 })))[0]?.where).toBe('/attestation/payload/more')
    const typed: Envelope = { ...honest, payloadType: 'application/json' }
    expect((await findingsOf(typed, attester)).map(({ where }) => where)).toEqual([
      '/attestation/payloadType',
      '/attestation/signatures',
    ])
    expect((await findingsOf({ payload: '!' })).length).toBeGreaterThan(0)
    expect((await findingsOf({ ...honest, signatures: [{ sig: 'AAAA' }] }))[0]?.what).toContain('account’s signature')
  })

  it('is of the whole bundle, not of what is left of one', async () => {
    const { findings } = await verifyFile(redact(bundle, null), {
      attestation: { envelope: sign(taskStatement(bundle)) },
    })
    expect(findings.map(({ where }) => where)).toEqual(['/attestation'])
  })
})
