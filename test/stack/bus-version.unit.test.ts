import { expect, test } from 'vitest'
import { adviseOnBusVersion } from '../../stack/bus-version.ts'

test.each(['2.10.27', '2.10.28', '2.11.0', '3.0.0', '2.11.0-RC.1'])('%s is fine', version => {
  expect(adviseOnBusVersion(version)).toBeUndefined()
})

test.each(['2.9.10', '2.10.26', '1.4.0', ''])('"%s" is advised against', version => {
  expect(adviseOnBusVersion(version)).toContain('2.10.27')
})
