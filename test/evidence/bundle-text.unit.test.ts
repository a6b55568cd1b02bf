import { expect, it } from 'vitest'
import { bundleText } from '../../coordinator/flow/prove.ts'
import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import { writtenAs } from '../../protocol/evidence.ts'
import { simulateBundle } from './simulated-bundle.ts'
import type { Course } from './simulated-task.ts'

const courses: readonly Course[] = ['completed', 'canceled', 'undone', 'policed', 'by fallback', 'by model', 'judged']

it.each(courses)(
  'a bundle of events that are in writing already is the canonical JSON of the whole: %s',
  async course => {
    const bundle = await simulateBundle(course)
    const { format, events, ...parts } = bundle
    const written = events.map(({ event }) => writtenAs(event))
    expect(bundleText(parts, written)).toBe(canonicalJson(bundle))
    expect(events.map(({ hash }) => hash)).toEqual(events.map(({ event }) => contentHash(event)))
  },
)
