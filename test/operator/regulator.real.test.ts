import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { describe, expect, it } from 'vitest'
import { AlertLog } from '../../coordinator/warning/alert-log.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { Inspection, SupervisionPolicy } from '../../protocol/supervision.ts'
import { openLog } from '../../stack/log.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { putSupervisionInForce } from '../../stack/supervision.ts'
import { runProgram } from '../harness/run-program.ts'
import { withApi } from './with-api.ts'

const api = withApi()
const as = 'regulator'

async function inspections(): Promise<Inspection[]> {
  const found: Inspection[] = []
  for await (const message of readSubject(
    await jetstreamManager(api.nc),
    streams.inspections,
    subjects.inspection('*'),
  ))
    found.push(Inspection.parse(message.json()))
  return found
}

const policy = SupervisionPolicy.parse({
  format: 'entente.supervision/1',
  id: 'oversight',
  version: '1.0.0',
  regulator: { reads: ['alerts', 'freezes'] },
})

describe('a regulator', () => {
  it('reads nothing where no supervision policy entitles it to anything', async () => {
    const problem = await api.problem('/v1/alerts', { as })
    expect(problem).toMatchObject({ code: 'UNAUTHORIZED', status: 403 })
    expect(problem.detail).toContain('no supervision policy entitles a regulator to GET /v1/alerts')
    expect(await inspections()).toEqual([])
  })

  it('reads what it is entitled to, each read is recorded, and does nothing', async () => {
    await putSupervisionInForce(api.nc, policy)
    const { alerts, stop } = await AlertLog.follow(api.nc, openLog('alerts', { LOG_LEVEL: 'silent' }))
    const said = { severity: 'warning', cause: 'c', figures: { oldestMs: 70_000 }, suggestion: 's' } as const
    const warning = { code: 'chain-lagging', about: { chain: 'waiting' }, ...said } as const
    expect(await alerts.raise(warning, 1_000)).toBe(true)
    expect(await alerts.raise(warning, 1_001)).toBe(false)
    await api.caughtUp()
    const path = '/v1/alerts?state=raised&code=chain-lagging'
    await expect.poll(async () => (await api.request(path, { as })).status).toBe(200)
    const { items } = await api.get<{ items: { alertId: string }[] }>(path, as)
    expect(items).toMatchObject([{ code: 'chain-lagging', about: { chain: 'waiting' }, clearedAtMs: null }])
    expect(await alerts.clear(alerts.openFor(warning)!, 2_000)).toBe(true)
    expect(await alerts.clear({ ...warning, alertId: items[0]!.alertId as never, raisedAtMs: 1_000 }, 3_000)).toBe(
      false,
    )
    await stop()
    await api.caughtUp()
    expect(await api.get<object>('/v1/alerts?state=raised')).toMatchObject({ items: [] })
    expect(await api.get<object>('/v1/freezes', as)).toMatchObject({ items: [] })
    expect(await api.problem('/v1/tasks', { as })).toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await api.problem('/v1/tasks', { as, body: {} })).toMatchObject({ code: 'UNAUTHORIZED' })
    const read = await inspections()
    expect(read.length).toBeGreaterThanOrEqual(3)
    expect(read.every(({ resource }) => resource === 'alerts' || resource === 'freezes')).toBe(true)
    expect(read.at(-1)).toMatchObject({ holder: 'test regulator', url: '/v1/freezes', policy: { id: 'oversight' } })
  })

  it('does so from the command line too', async () => {
    const file = join(api.dataDir, 'regulator.key')
    writeFileSync(file, `${api.keyOf(as)}\n`, { mode: 0o600 })
    const view = (what: string) =>
      runProgram('cli/entente.ts', ['regulator', 'view', what, '--url', api.url, '--key-file', file]).end
    const { code, stdout } = await view('alerts')
    expect({ code, codes: JSON.parse(stdout).items.map((each: { code: string }) => each.code) }).toEqual({
      code: 0,
      codes: ['chain-lagging'],
    })
    expect((await view('tasks')).stderr).toContain('UNAUTHORIZED: /v1/tasks was refused')
  })
})
