import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hazard } from './hazard.ts'
import { readCap } from './read-cap.ts'
import { readTrack } from './read-track.ts'

/** More than all of HURDAT2 (7 MB) and any alert with its pictures inline. */
export const largestFileBytes = 16 * 1024 * 1024

/**
 * Reads a file as a hazard, by what is in it and not by its name: XML is a CAP alert, anything with commas a track.
 * @param time `at`: the time to see it at; `sent`, for an alert, when it was sent, for a track, now
 * @throws FILE_UNREADABLE, FILE_TOO_LARGE (by its size, unread), DATA_EMPTY, ALERT_INVALID when it is neither, and what
 *   readCap and readTrack throw
 */
export async function readHazardFile(path: string, { at, now }: { at: Date | 'sent'; now: Date }): Promise<Hazard> {
  const bytes = await readSmallFile(path)
  switch (formatOf(bytes)) {
    case 'alert':
      return readCap(bytes, { at, now })
    case 'track':
      return readTrack(bytes, { at: at === 'sent' ? now : at, now })
    case 'neither':
      throw new EntenteError('ALERT_INVALID', `${path} is neither XML nor a table with commas`)
  }
}

async function readSmallFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await statFile(path)
    if (size > largestFileBytes)
      throw new EntenteError('FILE_TOO_LARGE', `${path} has ${size} bytes; the limit is ${largestFileBytes}`)
    if (size === 0) throw new EntenteError('DATA_EMPTY', `${path} is empty`)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof EntenteError) throw cause
    throw new EntenteError('FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** A device or a pipe has no size to go by, and may never end. */
async function statFile(path: string): Promise<Stats> {
  const stats = await stat(path)
  if (!stats.isFile()) throw new EntenteError('FILE_UNREADABLE', `${path} is not a file`)
  return stats
}

/** The first sign that is not space or a byte-order mark decides; in UTF-16 every other byte is zero. */
function formatOf(bytes: Uint8Array): 'alert' | 'track' | 'neither' {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).replace(/\0|^(ï»¿|ÿþ|þÿ)/g, '')
  if (start.trimStart().startsWith('<')) return 'alert'
  return start.split('\n', 1)[0]!.includes(',') ? 'track' : 'neither'
}
