import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runProgram } from '../harness/run-program.ts'

const program = fileURLToPath(new URL('bench.ts', import.meta.url))

it('measures the coordinator and its bus, in a short form', async () => {
  const { code, stdout, stderr } = await runProgram(program, [
    ...['coordinator', '--levels', '1x4,8x3', '--without-peers'],
  ]).end
  expect(stderr).toContain('Entente, 8 in flight')
  expect(code).toBe(0)
  const rows = stdout.split('\n').filter(line => /^ *\d+ +(Entente|NATS|JetStream|A loop)/.test(line))
  expect(rows.map(row => row.trim().split(/\s+/)[0])).toEqual([...Array(6).fill('1'), ...Array(6).fill('8')])
  expect(rows.filter(row => row.includes('Entente, no API, no lookout'))).toHaveLength(2)
  expect(stdout).not.toContain('NaN')
  expect(stdout).toMatch(/a subtask is [\d.]+ durable messages: [\d.]+ task /)
}, 400_000)

it('refuses what it does not know', async () => {
  const { code, stderr } = await runProgram(program, ['speed']).end
  expect([code, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining('no benchmark speed')])
})
