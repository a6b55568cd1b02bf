import type { GoldRule } from '../../../protocol/gold.ts'
import { type Fault, invalid } from './fault.ts'
import type { Laid } from './laid.ts'
import { isWork } from './structure.ts'

/** Gold is of skills that the plan asks for, and each question is named once. */
export function goldFaults(nodes: readonly Laid[], gold: GoldRule | undefined): Fault[] {
  const asked = new Set(nodes.flatMap(({ node }) => (isWork(node) ? [node.skill] : [])))
  return Object.entries(gold?.questions ?? {}).flatMap(([skill, questions]) => {
    const path = ['gold', 'questions', skill]
    const strange = asked.has(skill)
      ? []
      : [invalid(path, `no subtask asks for ${skill}`, 'Name a skill that one does.')]
    const isTwice = new Set(questions).size < questions.length
    return isTwice ? [...strange, invalid(path, 'a question is named twice', 'Each may be asked once.')] : strange
  })
}

/** With what gold may add to each: checks of budget and time count it. */
export function withGold(nodes: readonly Laid[], gold: GoldRule | undefined): Laid[] {
  return nodes.map(laid => {
    const { node } = laid
    if (!gold || !isWork(node) || !gold.questions[node.skill]) return laid
    return { ...laid, node: { ...node, gold: gold.most } }
  })
}
