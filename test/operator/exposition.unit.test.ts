import { expect, test } from 'vitest'
import { expositionOf } from '../../operator/exposition.ts'
import { scanGauges } from '../../operator/scan-gauges.ts'

test('figures are lines that Prometheus reads, whatever is in a label', () => {
  const samples = [{ value: 0 }, { labels: { a: 'x"y\\z\nw', b: '' }, value: 1.5 }]
  expect(expositionOf([{ name: 'it', help: 'One\nof \\ them.', samples }])).toBe(
    ['# HELP it One\\nof \\\\ them.', '# TYPE it gauge', 'it 0', 'it{a="x\\"y\\\\z\\nw",b=""} 1.5', ''].join('\n'),
  )
})

test('scans that found nothing are zero, and none that nobody answered for', () => {
  const nothing = expositionOf(scanGauges({ unsettled: [], unheard: [], strays: [] }))
  for (const scan of ['A', 'B', 'C']) {
    expect(nothing).toContain(`entente_chain_differences{scan="${scan}"} 0\n`)
    expect(nothing).toContain(`entente_chain_differences_oldest_seconds{scan="${scan}"} 0\n`)
  }
  const silent = expositionOf(scanGauges(null))
  expect(silent).toContain('entente_chain_scans_answered 0\n')
  expect(silent).not.toContain('entente_chain_differences')
})

test('what was found is counted by scan and by owner, with the age of the oldest', () => {
  const about = { about: '0x', what: 'it', action: 'look' }
  const of = (owner: string, ageMs: number) => ({ scan: 'B' as const, owner, ageMs, ...about })
  const text = expositionOf(
    scanGauges({ unsettled: [], strays: [], unheard: [of('a', 31_500), of('b', 40_000), of('a', 1)] }),
  )
  expect(text).toContain('entente_chain_differences{scan="B"} 3\n')
  expect(text).toContain('entente_chain_differences_oldest_seconds{scan="B"} 40\n')
  expect(text).toContain('entente_chain_differences_owned{scan="B",owner="a"} 2\n')
  expect(text).toContain('entente_chain_differences_owned{scan="B",owner="b"} 1\n')
})
