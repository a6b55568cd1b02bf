import { expect, test } from 'vitest'
import { createDesk } from '../../gateway/desk.ts'

test('what is being stored takes room on the desk until it is there, or is not coming', () => {
  const desk = createDesk()
  const many = Array.from({ length: 3 }, () => desk.expect())
  expect(desk.size).toBe(3)
  expect(desk.all()).toEqual([])
  many[1]!.done()
  expect(desk.size).toBe(2)
  for (const each of [many[0]!, many[2]!]) each.done()
  expect(desk.size).toBe(0)
})
