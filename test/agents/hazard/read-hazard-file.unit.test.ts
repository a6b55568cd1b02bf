import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { largestFileBytes, readHazardFile } from '../../../agents/hazard/read-hazard-file.ts'
import { now, stormBytes } from '../weather/storms.ts'
import { alertXml } from './alert-xml.ts'

const folder = mkdtempSync(join(tmpdir(), 'entente-hazard-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const noon = { at: new Date('2005-08-28T12:00Z'), now }

describe('a file is read by what is in it', () => {
  it('a track named like an alert, and an alert named like a track', async () => {
    expect(await readHazardFile(write('storm.cap', stormBytes('katrina')), noon)).toMatchObject({ kind: 'hurricane' })
    expect(await readHazardFile(write('alert.csv', alertXml()), { at: 'sent', now })).toMatchObject({ kind: 'flood' })
  })

  it('an alert in UTF-16 or after space', async () => {
    const wide = Buffer.from(`\ufeff${alertXml({ encoding: 'UTF-16' })}`, 'utf16le')
    expect(await readHazardFile(write('wide', wide), { at: 'sent', now })).toMatchObject({ kind: 'flood' })
    const spaced = alertXml().replace(/^<\?xml.*?\?>/, '\n\n  ')
    expect(await readHazardFile(write('spaced', spaced), { at: 'sent', now })).toMatchObject({ kind: 'flood' })
  })

  it('a track as of when it was “sent” is a track as of now, when the storm is long over', async () => {
    const reading = readHazardFile(write('old.csv', stormBytes('katrina')), { at: 'sent', now })
    await expect(reading).rejects.toMatchObject({ code: 'TRACK_NO_THREAT' })
  })
})

describe('files that are refused', () => {
  it.each([
    ['empty', '', 'DATA_EMPTY'],
    ['prose', 'The storm is coming', 'ALERT_INVALID'],
    ['picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'ALERT_INVALID'],
    ['table', 'a,b,c\n1,2,3\n', 'TRACK_INVALID'],
  ])('%s', async (name, content, code) => {
    await expect(readHazardFile(write(name, content), noon)).rejects.toMatchObject({ code })
  })

  it('one of 100 MB, by its size and in no time', async () => {
    const path = write('huge.csv', 'id,name\n')
    truncateSync(path, 100_000_000)
    const before = process.memoryUsage().arrayBuffers
    await expect(readHazardFile(path, noon)).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      message: expect.stringContaining(String(largestFileBytes)),
    })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  it.each(['/dev/zero', folder, join(folder, 'missing.csv')])('%s, which is no file', async path => {
    await expect(readHazardFile(path, noon)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})
