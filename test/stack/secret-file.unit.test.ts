import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSecretFile } from '../../stack/secret-file.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

describe('a file of credentials', () => {
  it('is read as it is', () => {
    const path = join(scratchDir('secret'), 'bus.creds')
    writeFileSync(path, 'a secret\n')
    expect(readSecretFile('NATS_CREDS', path)).toBe('a secret\n')
  })

  it('that is not there is named, with the variable that says so', () => {
    expect(() => readSecretFile('NATS_CREDS', '/nowhere/bus.creds')).toThrow(
      expect.objectContaining({
        code: 'FILE_UNREADABLE',
        message: 'NATS_CREDS: /nowhere/bus.creds cannot be read',
      }),
    )
  })
})
