import { beforeAll, describe, expect, it } from 'vitest'
import { redact } from '../../evidence/redact/redact.ts'
import { verifyFile } from '../../evidence/verify-file.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { Witnessed } from '../../protocol/witness.ts'
import { simulateBundle } from './simulated-bundle.ts'

let bundle: Bundle
beforeAll(async () => {
  bundle = JSON.parse(JSON.stringify(await simulateBundle('completed')))
})

const witnessedBy = (change: (witnessed: Witnessed) => Partial<Witnessed>) => {
  const witnessed = bundle.witnessed!
  return verifyFile({ ...bundle, witnessed: { ...witnessed, ...change(witnessed) } })
}
const without = (line: number) => (note: string) => note.split('\n').toSpliced(line, 1).join('\n')

describe('witnesses of a checkpoint', () => {
  it('are counted by domain, and are enough or too few', async () => {
    const report = await verifyFile(bundle, { witnesses: 2 })
    expect(report.summary).toContain('witnesses 2')
    expect(report.unchecked.join()).toContain('each who appointed a witness was the admin')
    const { findings } = await verifyFile(bundle, { witnesses: 3 })
    expect(findings).toEqual([
      { where: '/witnessed', what: 'WITNESSES_TOO_FEW: 2 domains witnessed this checkpoint, 3 are asked for' },
    ])
    const { witnessed: _, ...alone } = bundle
    expect((await verifyFile(alone)).unchecked.join()).toContain('no domain witnessed this checkpoint')
    expect((await verifyFile(alone, { witnesses: 1 })).ok).toBe(false)
  })

  it('prove what is left of a bundle too', async () => {
    expect((await verifyFile(redact(bundle, null), { witnesses: 2 })).ok).toBe(true)
    expect((await verifyFile(redact(bundle, null), { witnesses: 3 })).ok).toBe(false)
  })

  it('are those of the lines in the note, each of another domain', async () => {
    const [one, other] = bundle.witnessed!.witnesses
    const shorter = without(5)(bundle.witnessed!.note)
    expect((await witnessedBy(() => ({ note: shorter, witnesses: [other!] }))).findings).toEqual([])
    for (const change of [
      ({ witnesses }: Witnessed) => ({ witnesses: witnesses.toReversed() }),
      ({ witnesses }: Witnessed) => ({ witnesses: witnesses.slice(1) }),
      ({ witnesses, note }: Witnessed) => ({
        witnesses: [...witnesses, one!],
        note: `${note}${note.split('\n').at(5)}\n`,
      }),
      ({ note }: Witnessed) => ({ note: without(4)(note) }),
      ({ note }: Witnessed) => ({ note: note.replace('/eip155', '/eip156') }),
      ({ note }: Witnessed) => ({ note: `${note}— other.example AAAAAAA=\n` }),
    ]) {
      const { checks } = await witnessedBy(change)
      expect(checks.find(({ name }) => name === 'witnesses')!.ok, change.toString()).toBe(false)
    }
  })

  it('are appointed by their domains', async () => {
    const { findings } = await witnessedBy(({ witnesses: [one, other] }) => ({
      witnesses: [{ ...one!, signature: other!.signature }, other!],
    }))
    expect(findings).toContainEqual({
      where: '/witnessed/witnesses/0',
      what: expect.stringContaining("the signature of this Witness is not the admin of health-two's"),
    })
  })
})
