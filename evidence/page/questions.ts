/** What each check asks, in a sentence: the first column of a report, for people. */
const questions: Readonly<Record<string, string>> = {
  schema: 'Is it a bundle, with every field and none besides?',
  authority:
    'Does the task follow from its order or response plan, with the specification, input, budget and template named?',
  anchors: 'Do receipts in these blocks hold the checkpoint, and the very money of the settlement?',
  policies: 'Are the policy sets those that decided, and signed?',
  signatures: 'Did everybody sign what they are said to have said?',
  parties: 'Are the parties the agents that were given work?',
  assignments: 'Was work given for the planned skill, in its turn, to agents of different domains?',
  answers: 'Is each answer to what was asked, and does it open the commitment given before?',
  consent: 'Were approvals and answers given by those who may give them?',
  plans: 'Is each plan the one that its template, and what replaced it, gives?',
  preemptions: 'Was work broken off only for emergencies?',
  seals: 'Are sealed values whole, and their keys given to those named?',
  gold: 'Is each question with a known answer the one that was drawn, and was asked?',
  judgings: 'Is each word of a model that judged on record, and the same in both orders where it decided?',
  rules: 'Replayed by the coordinator’s own rules: is everything what they give?',
  choices: 'Chosen again, of the same candidates: are these the agents?',
  witnesses: 'Did witnesses of other domains, as many as listed, cosign this very checkpoint?',
  events: 'Is each event a leaf under the checkpoint’s root?',
  attestation: 'Is the attestation signed, and says what the bundle gives?',
  chain: 'Does the chain say the same?',
}

export function questionOf(check: string): string {
  return questions[check] ?? ''
}
