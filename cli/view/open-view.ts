import { liveBoard, plainBoard } from './board.ts'
import { jsonView } from './json-view.ts'
import { textView } from './text-view.ts'
import type { View } from './view.ts'

/** The view that suits whoever looks: `--json` for programs, a live tree for a terminal, else plain lines. */
export function openView({ json, approve }: { json?: boolean; approve?: boolean }): View {
  if (json) return jsonView()
  const isTerminal = process.stdout.isTTY === true
  return textView(isTerminal ? liveBoard() : plainBoard(), isTerminal && !approve ? 'ask' : 'grant')
}
