import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSigners } from '../../gateway/keys.ts'
import { explainError } from '../../protocol/errors.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const one = `0x${'11'.repeat(32)}`
const two = `0x${'22'.repeat(32)}`

function keysFile(text: string, mode = 0o600): string {
  const path = join(scratchDir('keys'), 'keys.json')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

function refusal(path: string): string {
  try {
    readSigners(path)
  } catch (error) {
    return explainError(error)
  }
  throw new Error('the file was taken')
}

describe('the file of keys', () => {
  test('names the relayer and any others', () => {
    const { relayer, byAddress } = readSigners(keysFile(JSON.stringify({ governor: two, relayer: one })))
    expect(relayer).toBe('0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a')
    expect(byAddress.size).toBe(2)
  })

  test('may be read by its owner alone', () => {
    expect(refusal(keysFile(JSON.stringify({ relayer: one }), 0o640))).toMatch(/^FILE_UNREADABLE: .*0600/)
  })

  test('never shows a key in an error', () => {
    const broken = `{"relayer": ${one}}`
    for (const text of [broken, JSON.stringify({ relayer: `${one}00` }), JSON.stringify({ governor: two })]) {
      const said = refusal(keysFile(text))
      expect(said).toMatch(/^(KEY_INVALID|FILE_UNREADABLE): /)
      expect(said).not.toMatch(/[12]{8}/)
    }
    expect(refusal('/nowhere/keys.json')).toMatch(/^FILE_UNREADABLE: .*no such file/)
  })

  test('holds keys of the curve only', () => {
    expect(refusal(keysFile(JSON.stringify({ relayer: `0x${'00'.repeat(32)}` })))).toMatch(/^KEY_INVALID/)
  })
})
