import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepsFacts } from '../../../agents/information/keeps-facts.ts'

const template = 'Katrina comes at 11:10 UTC on 29 August 2005 with 110 knots; 84 hospitals move and 139 stay.'
const names = ['Katrina', 'August', 'UTC', 'knots']

describe('whether another wording keeps the facts', () => {
  it.each([
    ['the same', template, null],
    ['shorter', 'At 11:10 UTC on 29 August 2005 Katrina brings 110 knots. 84 hospitals move, 139 stay.', null],
    ['a number lost', template.replace('110 knots', 'strong knots'), '110 is missing'],
    ['a number changed', template.replace('139', '193'), '139 is missing'],
    ['a number added', `${template} Call 911.`, '911 was added'],
    ['a time changed', template.replace('11:10', '11:01'), '11:10 is missing'],
    [
      'two figures that change places',
      template.replace('84', '#').replace('139', '84').replace('#', '139'),
      'its numbers are not in the same order',
    ],
    ['a name lost', template.replace('Katrina', 'The storm'), '"Katrina" is missing'],
    ['a unit lost', template.replace('knots', 'units'), '"knots" is missing'],
    ['another language', '飓风', 'it is not in the language en'],
    ['a sermon', template.padEnd(template.length * 3, ' and pray'), 'it is more than twice as long'],
  ])('judges %s', (_, reworded, loss) => {
    expect(keepsFacts(template, reworded, names, 'en')).toBe(loss)
  })

  it('asks only for the names that the template has', () => {
    expect(keepsFacts('It comes.', 'It is coming.', ['Louisiana'], 'en')).toBeNull()
  })

  it('wants Chinese in Chinese', () => {
    expect(keepsFacts('大风将于11:10到达。', '11:10将有大风。', [], 'zh')).toBeNull()
    expect(keepsFacts('大风将于11:10到达。', 'Gales at 11:10.', [], 'zh')).toBe('it is not in the language zh')
  })

  it('lets no single digit be changed, wherever it stands', () => {
    const digits = [...template.matchAll(/\d/g)].map(({ index }) => index)
    fc.assert(
      fc.property(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), (index, plus) => {
        const digit = (Number(template[index]) + plus) % 10
        const flipped = template.slice(0, index) + digit + template.slice(index + 1)
        expect(keepsFacts(template, flipped, names, 'en')).not.toBeNull()
      }),
    )
  })
})
