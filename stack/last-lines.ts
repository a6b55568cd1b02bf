import { readFileSync } from 'node:fs'

const COUNT = 8

/** The end of a log, worded as the end of a message; empty when nothing was logged. */
export function lastLines(logFile: string): string {
  const text = readFileSync(logFile, 'utf8').trimEnd()
  if (text === '') return ''
  const lines = text.split('\n').slice(-COUNT)
  return `; its log ends with:\n${lines.map(line => `    ${line}`).join('\n')}\n`
}
