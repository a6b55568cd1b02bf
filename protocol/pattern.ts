import { EntenteError } from './errors.ts'
import { type PatternNode, type Place, parsePattern } from './pattern-tree.ts'
import { type Steps, spend } from './steps.ts'

/** A regular expression that can be asked in a time that grows with the text alone. */
export interface Pattern {
  readonly source: string
  /** Instructions that it comes to: what it takes in memory, and per character at most. */
  readonly size: number
  /** Whether some part of a text matches. @throws RangeError when the steps are used up */
  test(text: string, steps: Steps): boolean
}

/** `x{1000}` is a thousand of them. */
const mostInstructions = 20_000

/** What to do at a step of the program; `to` and `or` are the steps that follow. */
type Instruction =
  | { readonly do: 'take'; readonly set: CharacterSet; readonly to: number }
  | { readonly do: 'stand'; readonly place: Place; readonly to: number }
  | { readonly do: 'fork'; to: number; or: number }
  | { readonly do: 'end' }

/**
 * @param source a regular expression of ECMA-262 with the flag `u`
 * @throws EntenteError PATTERN_REFUSED
 */
export function compilePattern(source: string): Pattern {
  const tree = parsePattern(source)
  if (sizeOf(tree) >= mostInstructions) {
    throw new EntenteError('PATTERN_REFUSED', `its repetitions come to more than ${mostInstructions} parts`)
  }
  const program = programOf(tree)
  return { source, size: program.length, test: (text, steps) => run(program, text, steps) }
}

function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'set':
    case 'place':
      return 1
    case 'sequence':
      return node.nodes.reduce((sum, each) => sum + sizeOf(each), 0)
    case 'choice':
      return node.nodes.reduce((sum, each) => sum + 2 + sizeOf(each), 0)
    case 'repeat': {
      const size = sizeOf(node.node)
      if (size === 0) return 0
      return node.most === Infinity
        ? (node.least + 1) * size + 2
        : node.least * size + (node.most - node.least) * (size + 1)
    }
  }
}

/** Thompson's construction: every part goes on to what is written behind it. */
function programOf(tree: PatternNode): Instruction[] {
  const program: Instruction[] = []
  const sets = new Map<string, CharacterSet>()

  function fork(): { to: number; or: number } {
    const step = { do: 'fork' as const, to: program.length + 1, or: program.length + 1 }
    program.push(step)
    return step
  }

  function write(node: PatternNode): void {
    const to = program.length + 1
    switch (node.kind) {
      case 'set': {
        const set = sets.get(node.source) ?? new CharacterSet(node.source)
        sets.set(node.source, set)
        program.push({ do: 'take', set, to })
        break
      }
      case 'place':
        program.push({ do: 'stand', place: node.place, to })
        break
      case 'sequence':
        node.nodes.forEach(write)
        break
      case 'choice':
        writeChoice(node.nodes)
        break
      case 'repeat':
        if (sizeOf(node.node) > 0) writeRepeat(node.node, node.least, node.most)
        break
    }
  }

  function writeChoice(nodes: readonly PatternNode[]): void {
    const ends = nodes.map(node => {
      const choice = fork()
      write(node)
      const end = fork()
      choice.or = program.length
      return { choice, end }
    })
    // What is behind the last option is no other one.
    ends.at(-1)!.choice.or = ends.at(-1)!.choice.to
    for (const { end } of ends) end.to = end.or = program.length
  }

  function writeRepeat(node: PatternNode, least: number, most: number): void {
    for (let count = 0; count < least; count++) write(node)
    if (most === Infinity) {
      const again = fork()
      const at = program.length - 1
      write(node)
      const back = fork()
      back.to = back.or = at
      again.or = program.length
      return
    }
    const leave = Array.from({ length: most - least }, () => {
      const another = fork()
      write(node)
      return another
    })
    for (const another of leave) another.or = program.length
  }

  write(tree)
  program.push({ do: 'end' })
  return program
}

/**
 * All ways through the program at once, a character at a time (Thompson, "Regular Expression Search Algorithm", 1968): no
 * step is stood at twice for the same character, so the text's length times the program's is the most that it takes.
 */
function run(program: readonly Instruction[], text: string, steps: Steps): boolean {
  const first = program[0]!
  const isAnchored = first.do === 'stand' && first.place === '^'
  const seenAt = new Int32Array(program.length).fill(-1)
  let waiting: Extract<Instruction, { do: 'take' }>[] = []

  /** Goes on from a step as far as no character is needed; true at the end of the program. */
  function goOn(from: number, at: number): boolean {
    const open = [from]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seenAt[next] === at) continue
      seenAt[next] = at
      spend(steps, 1)
      const step = program[next]!
      if (step.do === 'end') return true
      if (step.do === 'take') waiting.push(step)
      else if (step.do === 'fork') open.push(step.or, step.to)
      else if (stands(step.place, text, at)) open.push(step.to)
    }
    return false
  }

  spend(steps, program.length / 16)
  if (goOn(0, 0)) return true
  for (let at = 0; at < text.length; ) {
    if (isAnchored && waiting.length === 0) return false
    const character = text.codePointAt(at)!
    at += character > 0xffff ? 2 : 1
    const before = waiting
    waiting = []
    for (const { set, to } of before) {
      spend(steps, 1)
      if (set.has(character) && goOn(to, at)) return true
    }
    if (!isAnchored && goOn(0, at)) return true
  }
  return false
}

function stands(place: Place, text: string, at: number): boolean {
  if (place === '^') return at === 0
  if (place === '$') return at === text.length
  return (isWord(text, at - 1) !== isWord(text, at)) === (place === '\\b')
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /\w/.test(text[at]!)
}

/** The engine itself says what a class or an escape stands for: of one character it can say so at once. */
class CharacterSet {
  readonly #one: RegExp
  /** Of ASCII: 0 where it was not asked yet, 1 for no, 2 for yes. */
  readonly #known = new Uint8Array(128)

  constructor(source: string) {
    this.#one = new RegExp(`^${source}$`, 'u')
  }

  has(character: number): boolean {
    if (character > 127) return this.#one.test(String.fromCodePoint(character))
    this.#known[character] ||= this.#one.test(String.fromCharCode(character)) ? 2 : 1
    return this.#known[character] === 2
  }
}
