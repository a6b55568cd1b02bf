import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawTable } from '../../../../scenarios/emergency-response/render/draw-table.ts'
import { cutText, plain, textWidth } from '../../../../scenarios/emergency-response/render/text-width.ts'
import { hangText, wrapText } from '../../../../scenarios/emergency-response/render/wrap-text.ts'

const words = fc.array(fc.constantFrom('Hurricane', 'a', '飓风', '，', '84', 'St.', '。', '医院', '、', 'Tammany'), {
  maxLength: 60,
})
/** As people write: no space before a mark, and no two marks in a row, which together could be wider than a line. */
const text = words.map(list =>
  list
    .join(' ')
    .replace(/ (?=[，。、])/g, '')
    .replace(/([，。、])[，。、]+/g, '$1'),
)

describe('the width of a text in a terminal', () => {
  it.each([
    ['', 0],
    ['Katrina', 7],
    ['飓风', 4],
    ['飓风“Katrina”。', 15],
    ['29.3°N', 6],
    ['e\u0301', 1],
    ['\u001b[1mbold\u001b[22m', 4],
    ['🚑', 2],
  ])('of %j is %i columns', (given, width) => {
    expect(textWidth(given)).toBe(width)
  })

  it('is what a cut text never exceeds', () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 2, max: 40 }),
        (given, columns) => textWidth(cutText(given, columns)) <= columns,
      ),
    )
    expect(cutText('飓风警报', 5)).toBe('飓风…')
    expect(cutText('short', 5)).toBe('short')
  })
})

describe('wrapped text', () => {
  it('fits the columns, and says what it said', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 12, max: 60 }), (given, columns) => {
        const lines = wrapText(given, columns)
        expect(lines.every(line => textWidth(line) <= columns && line === line.trim() && line !== '')).toBe(true)
        expect(lines.join('').replace(/\s/g, '')).toBe(given.replace(/\s/g, ''))
      }),
    )
  })

  it('begins no line with punctuation that closes', () => {
    const chinese = '请立即向内陆撤离，并远离窗户。切勿驾车涉水；请听从指示。'
    for (let columns = 6; columns < 40; columns += 1) {
      expect(wrapText(chinese, columns).every(line => !/^[，。；、]/.test(line))).toBe(true)
    }
  })

  it('leaves a word that is longer than the line whole', () => {
    expect(wrapText('a Winnipesaukee b', 6)).toEqual(['a', 'Winnipesaukee', 'b'])
  })

  it('stands under its mark', () => {
    expect(hangText('1. ', 'Bring them out now', 12)).toEqual(['1. Bring', '   them out', '   now'])
  })
})

describe('text from outside', () => {
  it('cannot move the cursor, clear the screen, or set the title', () => {
    expect(plain('a\u001b[2Jb\u001b]0;title\u0007c\rd\ne\u009b31mf')).toBe('abc d ef')
    expect(wrapText('\u001b[31mred\u001b[0m alert', 40)).toEqual(['red alert'])
    fc.assert(fc.property(fc.string({ unit: 'binary' }), given => !/\p{Cc}/u.test(plain(given))))
  })
})

describe('a table', () => {
  const columns = [
    { title: 'n', align: 'right' },
    { title: 'name', align: 'left', shrinks: true },
    { title: 'at', align: 'left' },
  ] as const

  it('lines its columns up by what a terminal shows', () => {
    const lines = drawTable(
      columns,
      [
        ['1', '飓风', 'x'],
        ['10', 'wind', 'y'],
      ],
      40,
    )
    expect(lines).toEqual([' n  name  at', ' 1  飓风  x', '10  wind  y'])
  })

  it('cuts only the columns that shrink, to the width that there is', () => {
    const lines = drawTable(columns, [['1', 'OUR LADY OF THE LAKE', 'here']], 20)
    expect(lines.every(line => textWidth(line) <= 20)).toBe(true)
    expect(lines[1]).toMatch(/^1 {2}OUR.*… {2}here$/)
  })
})
