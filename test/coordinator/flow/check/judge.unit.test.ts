import { expect, it } from 'vitest'
import { judgeFaults } from '../../../../coordinator/flow/check/judge.ts'
import { layIn } from '../../../../coordinator/flow/check/lay-in.ts'
import { Template } from '../../../../protocol/template.ts'

const outputSchema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    of: {
      anyOf: [{ type: 'object', properties: { name: { type: 'string', class: 'restricted' } } }, { type: 'null' }],
    },
  },
}

function faultsOf(judge: object, schemas: object[] = [outputSchema]) {
  const subtasks = [{ id: 'a', skill: 's@1', replicas: 2, judge: { criterion: 'any', ...judge } }]
  const { nodes } = layIn(Template.parse({ name: 't', version: '1.0.0', title: 'T', subtasks }), new Map())
  const offerOf = () => ({ domains: 2, highestPrice: 1n, nearest: [], outputSchemas: schemas as never })
  return judgeFaults(nodes, offerOf).map(({ what }) => what)
}

it('lets a judge decide what the skill gives, and can be read', () => {
  expect(faultsOf({ fields: ['/text'] })).toEqual([])
  expect(faultsOf({ fields: ['/text', '/place/name'] })).toEqual(['s@1 gives no place.name'])
  expect(faultsOf({ fields: ['/of/name'] })).toEqual(['a judge cannot read of.name: part of it is sealed'])
  expect(faultsOf({ fields: ['/of'] })).toEqual(['a judge cannot read of: part of it is sealed'])
  expect(faultsOf({})).toEqual(['a judge cannot read its output: part of it is sealed'])
  // Of skills whose schemas are not known nothing is said.
  expect(faultsOf({ fields: ['/anything'] }, [])).toEqual([])
})
