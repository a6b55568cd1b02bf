import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSigners } from '../../../gateway/keys/key-list.ts'
import { sealKeystore } from '../../../gateway/keys/keystore.ts'
import { explainError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { addressOf } from '../../../protocol/sign.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'

const one: Hex = `0x${'11'.repeat(32)}`
const two: Hex = `0x${'22'.repeat(32)}`
const three: Hex = `0x${'33'.repeat(32)}`
// The strength of a real one takes a second; what opens it reads it from the file.
const weak = { N: 1024, r: 8, p: 1 }

function write(dir: string, name: string, text: string, mode = 0o600): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const keysFile = (text: string, mode = 0o600) => write(scratchDir('keys'), 'keys.json', text, mode)

async function refusal(path: string): Promise<string> {
  const said = await openSigners(path).then(() => 'it was taken', explainError)
  expect(said).not.toMatch(/[12]{8}/)
  return said
}

describe('the file of keys', () => {
  test('names the relayer and any others', async () => {
    const { relayer, byAddress } = await openSigners(keysFile(JSON.stringify({ governor: two, relayer: one })))
    expect(relayer).toBe('0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a')
    expect(byAddress.size).toBe(2)
  })

  test('may be read by its owner alone', async () => {
    expect(await refusal(keysFile(JSON.stringify({ relayer: one }), 0o640))).toMatch(/^FILE_UNREADABLE: .*0600/)
  })

  test('never shows a key in an error', async () => {
    const wrong = [
      { relayer: `${one}00` },
      { governor: two },
      { relayer: { file: one } },
      { [one]: 'relayer', relayer: two },
      [one],
    ]
    for (const text of [`{"relayer": ${one}}`, ...wrong.map(list => JSON.stringify(list))]) {
      expect(await refusal(keysFile(text))).toMatch(/^(KEY_INVALID|FILE_UNREADABLE): /)
    }
    expect(await refusal('/nowhere/keys.json')).toMatch(/^FILE_UNREADABLE: .*no such file/)
  })

  test('holds keys of the curve only', async () => {
    expect(await refusal(keysFile(JSON.stringify({ relayer: `0x${'00'.repeat(32)}` })))).toMatch(/^KEY_INVALID/)
  })

  test('may say where a key lies, from where it lies itself', async () => {
    const dir = scratchDir('keys')
    const password = write(dir, 'old.password', 'correct horse\n')
    write(dir, 'old.json', await sealKeystore(two, password, weak), 0o644)
    write(dir, 'governor.json', JSON.stringify({ address: addressOf(three), privateKey: three }))
    const list = {
      relayer: one,
      old: { keystore: 'old.json', password: 'old.password' },
      boss: { file: 'governor.json' },
    }
    const { byAddress } = await openSigners(write(dir, 'keys.json', JSON.stringify(list)))
    expect([...byAddress.keys()]).toEqual([one, two, three].map(addressOf))
  })
})

describe('a folder of keystores', () => {
  async function folder(password: string, mode = 0o600): Promise<string> {
    const dir = scratchDir('keystores')
    const file = write(dir, 'password', 'correct horse')
    write(dir, 'relayer.json', await sealKeystore(one, file, weak))
    write(dir, 'governor.json', await sealKeystore(two, file, weak))
    write(dir, 'password', password, mode)
    return dir
  }

  test('gives each key its file name', async () => {
    const { relayer, byAddress } = await openSigners(await folder('correct horse'))
    expect(relayer).toBe(addressOf(one))
    expect(byAddress.has(addressOf(two))).toBe(true)
  })

  test('stays shut without its password', async () => {
    expect(await refusal(await folder('battery staple'))).toMatch(/^KEY_INVALID: .*does not open it/)
    expect(await refusal(await folder(''))).toMatch(/^FILE_UNREADABLE: .*empty/)
    expect(await refusal(await folder('correct horse', 0o644))).toMatch(/^FILE_UNREADABLE: .*0600/)
  })

  test('holds keystores only', async () => {
    const dir = await folder('correct horse')
    write(dir, 'relayer.json', JSON.stringify({ privateKey: one }))
    expect(await refusal(dir)).toMatch(/^KEY_INVALID: .*no keystore/)
  })
})
