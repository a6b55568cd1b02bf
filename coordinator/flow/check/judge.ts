import { restrictedPlaces } from '../../../protocol/restricted-places.ts'
import { type Field, fieldsOf, isDeclared } from '../judge/fields.ts'
import { type Fault, invalid } from './fault.ts'
import { type Laid, placeIn } from './laid.ts'
import type { OfferOf } from './offer.ts'
import { isWork } from './structure.ts'

/** What a judge is to decide is there, and can be read. */
export function judgeFaults(nodes: readonly Laid[], offerOf: OfferOf): Fault[] {
  return nodes.flatMap((laid): Fault[] => {
    const { node } = laid
    if (!isWork(node) || !node.judge) return []
    const { outputSchemas = [] } = offerOf(node.skill)
    const path = placeIn(laid, 'judge')
    return fieldsOf(node.judge).flatMap(field => {
      const name = field.join('.') || 'its output'
      if (outputSchemas.length > 0 && !outputSchemas.some(schema => isDeclared(schema, field)))
        return [invalid(path, `${node.skill} gives no ${name}`, 'Name fields of its output schema.')]
      const isSealed = outputSchemas.flatMap(schema => restrictedPlaces(schema)).some(each => meets(each.fields, field))
      const what = `a judge cannot read ${name}: part of it is sealed`
      return isSealed ? [invalid(path, what, 'Name fields that hold nothing restricted.')] : []
    })
  })
}

/** One is within the other. */
function meets(a: Field, b: Field): boolean {
  const common = Math.min(a.length, b.length)
  return a.slice(0, common).every((name, depth) => name === b[depth])
}
