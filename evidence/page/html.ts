/** Text in which everything that came from a bundle is escaped. */
export interface Html {
  readonly text: string
}

/** HTML from a template: texts and numbers are escaped, HTML and lists of it are laid in. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Html | readonly Html[] | string | number)[]
): Html {
  const texts = parts.map((part, at) => (at < values.length ? part + textOf(values[at]!) : part))
  return { text: texts.join('') }
}

function textOf(value: Html | readonly Html[] | string | number): string {
  if (typeof value === 'string' || typeof value === 'number') return escaped(`${value}`)
  return 'text' in value ? value.text : value.map(({ text }) => text).join('\n')
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
