import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../../protocol/sign.ts'
import { keepKeyFile, makeKeyFile, readKeyFile } from '../../stack/key-file.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const newPath = () => join(scratchDir('keys'), 'deep', 'key.json')

function fileWith(text: string): string {
  const path = join(scratchDir('keys'), 'key.json')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

describe('a key file', () => {
  it('is readable by its owner alone, and gives back the key that was made', () => {
    const path = newPath()
    const made = makeKeyFile(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readKeyFile(path)).toEqual(made)
    expect(addressOf(made.privateKey)).toBe(made.address)
  })

  it('is never overwritten', () => {
    const path = newPath()
    const made = makeKeyFile(path)
    expect(() => makeKeyFile(path)).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE', message: expect.stringMatching(/EEXIST/) }),
    )
    expect(keepKeyFile(path)).toEqual({ ...made, path })
  })

  it('is refused when others may read it, with the command that mends it', () => {
    const path = newPath()
    makeKeyFile(path)
    chmodSync(path, 0o640)
    expect(() => readKeyFile(path)).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID', message: expect.stringMatching(/chmod 600/) }),
    )
  })

  it('is refused when it is missing, is no key, or its key is not that of its address', () => {
    expect(() => readKeyFile(newPath())).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }))
    expect(() => readKeyFile(fileWith('{"privateKey":'))).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }))
    const other = makeKeyFile(newPath())
    const mixed = fileWith(JSON.stringify({ ...makeKeyFile(newPath()), address: other.address }))
    expect(() => readKeyFile(mixed)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }))
  })

  it('never shows its text in an error', () => {
    const secret = 'f'.repeat(64)
    for (const text of [`{"privateKey":"0x${secret}"`, `{"privateKey":"0x${secret}","address":"0x"}`, secret]) {
      expect(() => readKeyFile(fileWith(text))).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(secret) }),
      )
    }
  })
})
