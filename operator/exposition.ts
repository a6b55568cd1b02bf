/** A figure that goes up and down, or a counter, that goes up only; and what it is for each set of labels. */
export interface Figure {
  readonly name: string
  readonly counts?: true
  readonly help: string
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]
}

/** As `Content-Type` of the text below. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Figures as Prometheus reads them: its text format, version 0.0.4. */
export function expositionOf(figures: readonly Figure[]): string {
  return figures
    .flatMap(({ name, counts, help, samples }) => [
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${counts ? 'counter' : 'gauge'}`,
      ...samples.map(({ labels = {}, value }) => `${name}${labelsOf(labels)} ${value}`),
    ])
    .map(line => `${line}\n`)
    .join('')
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return all.length === 0 ? '' : `{${all.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
