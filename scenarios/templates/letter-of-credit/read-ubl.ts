import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An element of a UBL document by local names; an attribute begins with `@_`. */
interface Ubl {
  readonly [name: string]: Ubl[] | string
}

/**
 * Reads a UBL document.
 * @returns `find` gives the text at a path of local names, the first of each; it throws where there is none
 */
export function readUbl(
  text: string,
  root: string,
): { find(path: string): string; attribute(path: string, name: string): string } {
  if (/<!DOCTYPE/i.test(text)) throw new Error('a UBL document has no document type declaration')
  if (XMLValidator.validate(text) !== true) throw new Error(`the ${root} is not XML`)
  const parser = new XMLParser({
    ignoreAttributes: false,
    removeNSPrefix: true,
    parseTagValue: false,
    alwaysCreateTextNode: true,
    processEntities: false,
    isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  })
  const document = (parser.parse(text) as Ubl)[root]
  if (!Array.isArray(document)) throw new Error(`it is no UBL ${root}`)
  const at = (path: string): Ubl => {
    const found = path.split('/').reduce<Ubl | undefined>((element, name) => {
      const children = element?.[name]
      return Array.isArray(children) ? children[0] : undefined
    }, document[0])
    if (!found) throw new Error(`the ${root} has no ${path}`)
    return found
  }
  return {
    find: path => String(at(path)['#text']).trim(),
    attribute: (path, name) => String(at(path)[`@_${name}`]),
  }
}
