import { readFileSync } from 'node:fs'

/** Of `/proc/<pid>/stat`: Linux counts in hundredths of a second on all that we run on. */
const tickMs = 10

/** Milliseconds of processor that a process has had, its own and the system's for it. Linux alone tells. */
export function cpuMsOf(pid: number): number {
  // The name, in parentheses, may hold anything; utime and stime are the 12th and 13th field after it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}
