import {
  AbiCoder,
  type EventFragment,
  type FunctionFragment,
  Interface,
  type InterfaceAbi,
  type ParamType,
} from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedFromEthers } from '../../contracts/abi-value.ts'
import { ABIS } from '../../contracts/abis.ts'
import { decodePlain } from '../../contracts/decode-plain.ts'
import { encodePlain } from '../../contracts/encode-plain.ts'

const coder = AbiCoder.defaultAbiCoder()
const interfaces = Object.values(ABIS).map(abi => new Interface(abi as InterfaceAbi))
const fragmentsOf = <T>(type: string) =>
  interfaces.flatMap(each => each.fragments.filter(one => one.type === type)) as T[]
const functions = fragmentsOf<FunctionFragment>('function').filter(({ inputs }) => inputs.length > 0)
const events = interfaces.flatMap(iface =>
  iface.fragments.flatMap(each => (each.type === 'event' ? [{ iface, fragment: each as EventFragment }] : [])),
)

const hex = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map(bytes => `0x${Buffer.from(bytes).toString('hex')}`)

/** Values as intents, callers and nodes bring them. */
function arbitraryOf(type: ParamType): fc.Arbitrary<unknown> {
  if (type.isArray()) {
    const length =
      type.arrayLength === -1 ? { maxLength: 3 } : { minLength: type.arrayLength!, maxLength: type.arrayLength! }
    return fc.array(arbitraryOf(type.arrayChildren), length)
  }
  if (type.isTuple()) {
    const fields = type.components.map(each => fc.tuple(fc.constant(each.name), arbitraryOf(each)))
    return fc.tuple(...fields).chain(all =>
      fc.constantFrom(
        Object.fromEntries(all),
        all.map(([, value]) => value),
      ),
    )
  }
  const [, kind, size] = /^(uint|int|bytes)(\d+)$/.exec(type.type) ?? []
  if (kind === 'bytes') return hex(Number(size), Number(size))
  if (kind) {
    const bits = BigInt(size!)
    const [min, max] = kind === 'uint' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
    return fc.bigInt({ min, max }).chain(value => fc.constantFrom<unknown>(value, `${value}`))
  }
  if (type.type === 'address') return hex(20, 20)
  if (type.type === 'bool') return fc.boolean()
  if (type.type === 'bytes') return hex(0, 70)
  return fc.string({ unit: 'grapheme' })
}

const argumentsOf = (inputs: readonly ParamType[]) => fc.tuple(...inputs.map(arbitraryOf))
const functionAndValues = fc
  .constantFrom(...functions)
  .chain(each => fc.tuple(fc.constant(each), argumentsOf(each.inputs)))

describe('plain arguments', () => {
  it('are encoded as ethers encodes them, for every function of every contract', () => {
    let plain = 0
    fc.assert(
      fc.property(functionAndValues, ([{ inputs }, values]) => {
        const encoded = encodePlain(inputs, values)
        if (encoded === null) return
        plain += 1
        expect(`0x${encoded}`).toBe(coder.encode(inputs, values))
      }),
      { numRuns: 2_000 },
    )
    expect(plain).toBeGreaterThan(1_900)
  })

  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      undefined,
      '',
      '0x',
      '0x1',
      -1,
      1.5,
      2n ** 256n,
      '1e3',
      ' 7',
      '-5',
      '0xff',
      true,
      {},
      [],
    ),
    fc.constantFrom(
      '0x52908400098527886E0F7030069857D2E4169EE7',
      '0x52908400098527886E0F7030069857D2E4169Ee7',
      '\ud800',
    ),
    hex(0, 40),
    fc.bigInt(),
  )
  /** Somewhere in the values something else stands. */
  const spoilt = (values: unknown): fc.Arbitrary<unknown> => {
    if (!Array.isArray(values) || values.length === 0) return odd
    return fc
      .nat(values.length - 1)
      .chain(at =>
        fc.oneof(odd, spoilt(values[at])).map(each => values.map((value, index) => (index === at ? each : value))),
      )
  }

  it('that are not what the types take are never encoded otherwise than ethers does, and never where it refuses', () => {
    const spoiltCall = functionAndValues.chain(([each, values]) => fc.tuple(fc.constant(each), spoilt(values)))
    fc.assert(
      fc.property(spoiltCall, ([{ inputs }, values]) => {
        const encoded = encodePlain(inputs, values as unknown[])
        if (encoded !== null) expect(`0x${encoded}`).toBe(coder.encode(inputs, values as unknown[]))
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('a log', () => {
  const byEthers = ({ iface, fragment }: (typeof events)[number], log: { data: string; topics: string[] }) =>
    namedFromEthers(fragment.inputs, iface.decodeEventLog(fragment, log.data, log.topics))
  const logged = fc
    .constantFrom(...events)
    .chain(event => fc.tuple(fc.constant(event), argumentsOf(event.fragment.inputs)))
    .map(([event, values]) => ({ event, log: event.iface.encodeEventLog(event.fragment, values) }))

  it('is decoded as ethers decodes it, for every event of every contract', () => {
    const plain = new Set<string>()
    fc.assert(
      fc.property(logged, ({ event, log }) => {
        const args = decodePlain(event.fragment, log)
        if (args === null) return
        plain.add(event.fragment.topicHash)
        expect(args).toEqual(byEthers(event, log))
      }),
      { numRuns: 2_000 },
    )
    expect(plain.size).toBeGreaterThan(50)
  })

  it('that was changed, cut or made longer is never decoded otherwise than ethers does, and never where it refuses', () => {
    const digit = fc.constantFrom('', '0', 'f', 'F', 'x', '00'.repeat(32))
    fc.assert(
      fc.property(logged, fc.nat(), digit, fc.boolean(), ({ event, log }, at, put, inTopic) => {
        const change = (text: string) => {
          const place = 2 + (at % (text.length - 1))
          return `${text.slice(0, place)}${put}${text.slice(place + 1)}`
        }
        const [first, ...others] = log.topics
        const topics = inTopic ? [first!, ...others.map(change)] : log.topics
        const changed = { topics, data: inTopic ? log.data : change(log.data) }
        const args = decodePlain(event.fragment, changed)
        if (args !== null) expect(args).toEqual(byEthers(event, changed))
      }),
      { numRuns: 3_000 },
    )
  })
})
