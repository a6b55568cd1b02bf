import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { EntenteError } from '../../protocol/errors.ts'

/**
 * An element of one namespace: the text in it, and those of its children that are of the same namespace, by local name.
 */
export interface XmlElement {
  readonly name: string
  readonly namespace: string
  readonly text: string
  /** Children of that local name in document order; empty where there are none. */
  all(name: string): readonly XmlElement[]
  /** Namespaces of children that are of another one. */
  readonly foreign: readonly string[]
}

/**
 * The root element of an XML document. Nothing outside the document is ever read: a document type declaration, which is
 * where entities are declared, is refused whole, and so is a reference to an entity that XML itself does not define.
 * @throws ALERT_INVALID when it is not well-formed XML
 */
export function readXml(text: string): XmlElement {
  const bare = text.replace(/<!--.*?-->|<!\[CDATA\[.*?\]\]>/gs, '')
  if (/<!DOCTYPE/i.test(bare))
    throw invalid('it has a document type declaration, whose entities could read other files; none is ever resolved')
  const fault = XMLValidator.validate(text)
  if (fault !== true) throw invalid(`it is not XML: ${fault.err.msg} (line ${fault.err.line})`)
  const roots = Object.entries(parse(text)).filter(([name]) => name !== '#text')
  const [name, nodes] = roots[0] ?? ['', []]
  if (roots.length !== 1 || !Array.isArray(nodes) || nodes.length !== 1)
    throw invalid('it has not just one root element')
  return element(name, nodes[0] as Node, { '': '' })
}

interface Node {
  readonly '#text'?: string
  readonly [nameOrAttribute: string]: unknown
}

function parse(text: string): Record<string, unknown> {
  try {
    return new XMLParser({
      ignoreAttributes: false,
      ignoreDeclaration: true,
      ignorePiTags: true,
      parseTagValue: false,
      alwaysCreateTextNode: true,
      isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
      entityDecoder,
    }).parse(text)
  } catch (cause) {
    throw cause instanceof EntenteError ? cause : invalid(`it is not XML: ${String(cause)}`, cause)
  }
}

/** The parser leaves character references alone by default, and passes entities that are not defined. */
const entityDecoder = {
  setExternalEntities() {},
  addInputEntities() {},
  reset() {},
  setXmlVersion() {},
  decode: (text: string) =>
    text.replace(/&(#x[0-9a-f]+|#\d+|[^;&\s]*);?/gi, (all, name: string) => decodeEntity(all, name)),
}

const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decodeEntity(reference: string, name: string): string {
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  const decoded = name.startsWith('#') ? codePoint(code) : Object.hasOwn(predefined, name) && predefined[name]
  if (!decoded || !reference.endsWith(';')) throw invalid(`it refers to ${reference}, which XML does not define`)
  return decoded
}

function codePoint(code: number): string | undefined {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

type Prefixes = Readonly<Record<string, string>>

function element(qualified: string, node: Node, outer: Prefixes): XmlElement {
  const prefixes = withDeclared(node, outer)
  const namespace = prefixes[prefixOf(qualified)] ?? ''
  const children = Object.entries(node)
    .filter((entry): entry is [string, Node[]] => Array.isArray(entry[1]))
    .flatMap(([name, nodes]) => nodes.map(child => element(name, child, prefixes)))
  return {
    name: qualified.slice(qualified.indexOf(':') + 1),
    namespace,
    text: String(node['#text'] ?? '').trim(),
    all: name => children.filter(child => child.name === name && child.namespace === namespace),
    foreign: [...new Set(children.map(child => child.namespace))].filter(other => other !== namespace),
  }
}

function withDeclared(node: Node, outer: Prefixes): Prefixes {
  const declared = Object.entries(node).flatMap(([name, value]) => {
    if (name === '@_xmlns') return [['', String(value)]]
    return name.startsWith('@_xmlns:') ? [[name.slice('@_xmlns:'.length), String(value)]] : []
  })
  return declared.length === 0 ? outer : { ...outer, ...Object.fromEntries(declared) }
}

function prefixOf(qualified: string): string {
  const colon = qualified.indexOf(':')
  return colon < 0 ? '' : qualified.slice(0, colon)
}

function invalid(message: string, cause?: unknown): EntenteError {
  return new EntenteError('ALERT_INVALID', message, { cause })
}
