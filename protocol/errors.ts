/**
 * The error catalogue: every failure that a user may meet, with a stable code, what to do about it, and whether trying
 * again can help (`retry`) or cannot (`final`). Transport codes (HTTP, exit status) are given at the edge, never here.
 */
const catalogue = {
  AGENT_INACTIVE: ['final', 'Ask the domain to enrol the agent, or the consortium to lift the suspension.'],
  AGENT_INVALID: [
    'final',
    'Name a module whose default export is what agent(…) gives; docs/guides/write-an-agent.md shows one.',
  ],
  ALERT_EXPIRED: ['final', 'Replay it as of a time when it was in force: --at sent, or --at 2005-08-28T12:00Z.'],
  ALERT_INVALID: ['final', 'Send a CAP 1.1 or 1.2 alert with all of its required elements.'],
  ALERT_NOT_ACTUAL: ['final', 'Only an alert of status Actual opens a response.'],
  ALERT_WITHDRAWN: ['final', 'A Cancel, Ack or Error message opens no response; send the alert that is in force.'],
  ANSWERER_UNKNOWN: ['final', 'Sign with the key of one whom the question is put to: the task says who.'],
  ANSWERS_INVALID: ['final', 'Correct the file as the message says; docs/AGREEMENT.md gives the form.'],
  ANSWER_INVALID: ['final', 'Answer what the schema of the question allows; the places are in the message.'],
  API_KEY_UNKNOWN: ['final', 'Send the header Authorization: Bearer, with a key that this API gave out.'],
  APPROVAL_NOT_OPEN: ['final', 'Read the task again: the approval was answered, has expired, or is for other content.'],
  APPROVER_UNKNOWN: [
    'final',
    'Sign with the key of an approver that the task order names, or the policy set for a flow.',
  ],
  ARTIFACT_CORRUPT: ['final', 'Put the artifact again from its source: the stored bytes no longer have this hash.'],
  ARTIFACT_MISSING: ['retry', 'Put the artifact first, then refer to it by its hash.'],
  BLOCK_CONTRADICTED: [
    'final',
    'Rely on none of the two: the nodes of two parties do not show the same chain, or one asks about another chain.',
  ],
  BLOCK_NOT_FINAL: ['retry', 'Ask again when the block is final by the rule of its chain.'],
  BUDGET_NOT_FUNDED: ['final', 'Deposit the budget into escrow under the requester, then submit again.'],
  BUNDLE_INVALID: [
    'final',
    'Do not rely on the file: ask for it again, from whomever you like, for the next one is verified as this was.',
  ],
  BUNDLE_NOT_READY: ['retry', 'Wait until the task is proven: its events end with TaskProven.'],
  BUS_UNREACHABLE: ['retry', 'Check NATS_URL and NATS_CREDS, and that nats-server runs.'],
  CAPACITY_EXCEEDED: ['retry', 'Ask again when what the agent has committed has ended, or ask another.'],
  CAPACITY_INVALID: ['final', 'State whole units from 0 to 1000000000 of each resource, and what one unit is.'],
  CARD_MISMATCH: ['final', 'Register the content hash of the card that the agent shows: setAgentURI.'],
  CHAIN_PROFILE_MISMATCH: [
    'final',
    'Point to a node of the chain that was meant, or name the profile that fits it; docs/GATEWAY.md lists them.',
  ],
  CHAIN_REORGANISED: ['final', 'Find out which chain is the right one before the gateway is started again.'],
  CHAIN_REVERTED: ['final', 'The contract refused the call for the reason given.'],
  CHAIN_SLOW: [
    'retry',
    'Check that the gateway runs and the chain makes blocks; then wait for the same message again.',
  ],
  CHAIN_UNREACHABLE: ['retry', 'Check ETH_RPC_URL, and that the node runs.'],
  CHANGE_PENDING: ['retry', 'Wait until it holds, or take it back: entente config withdraw.'],
  CHECKPOINT_FORKED: [
    'final',
    'Rely on nothing of this log: somebody keeps two of it. Keep both checkpoints, and show them to the other domains.',
  ],
  CHECKPOINT_INVALID: ['final', 'Send a checkpoint of the log that the witness follows, signed by its keeper.'],
  CHECKPOINT_ROLLED_BACK: ['final', 'Send a checkpoint that is no shorter than the last that was cosigned.'],
  COMMAND_INVALID: ['final', 'Correct the fields named, then send it again.'],
  CONFIG_INVALID: ['final', 'Correct the variable named.'],
  CONTRACT_FROZEN: ['retry', 'Wait until governance makes the contract active again; entente contract list shows it.'],
  CONTRACT_RETIRED: ['final', 'Use the contract that took its place; entente contract list shows which are active.'],
  COORDINATORS_FULL: [
    'retry',
    'Send the very same again after the time named: the coordinators have all the tasks they take.',
  ],
  COORDINATOR_SILENT: ['retry', 'Check that a coordinator runs; then send the very same again: it takes effect once.'],
  DATA_EMPTY: ['final', 'Give a track with at least two usable fixes, or an alert.'],
  DEAD_LETTER_UNKNOWN: ['final', 'List the dead letters: it was tried again, or dropped.'],
  DIRECTORY_LATE: ['retry', 'Check that the gateway runs and follows the chain.'],
  DOMAIN_OVER_QUOTA: [
    'retry',
    'Send the very same again when one of the open tasks of the domain has ended; the time named is a guess.',
  ],
  EMBEDDING_FAILED: [
    'retry',
    'Check EMBEDDING_BASE_URL, _API_KEY and _MODEL; or leave EMBEDDING_MODEL unset for the embedded model.',
  ],
  FILE_TOO_LARGE: ['final', 'Give a smaller file; the limit is in the message.'],
  FILE_UNREADABLE: ['final', 'Check the path and its permissions.'],
  FILE_UNWRITABLE: ['final', 'Name another file, or check that its folder is there and may be written to.'],
  GAME_INVALID: ['final', 'Correct the game as the message says; docs/AGREEMENT.md gives the form.'],
  GATEWAY_BUSY: ['retry', 'Send the same again a little later.'],
  GOAL_UNMATCHED: [
    'final',
    'Say it in the words of one of the templates named, or have a model configured (OPENAI_MODEL) that plans it.',
  ],
  GOAL_UNPLANNED: ['final', 'Say the goal more closely, or see that agents offer the skills that it takes.'],
  IDEMPOTENCY_CONFLICT: ['final', 'The key was used for another payload; use a new key.'],
  INPUT_INVALID: ['final', "Send an input of the template's schema; the places are in the message."],
  INTERNAL: ['retry', 'Send it again; if it fails again, the log of the part named says why.'],
  JUDGEMENT_UNCLEAR: ['final', 'Name a model that answers in the form that it is asked for.'],
  JUDGING_OVER_BUDGET: ['final', 'Give the judge more time, or have agents answer in fewer words.'],
  KEY_FROZEN: ['retry', 'Have the operator thaw the key, or rotate it; then send the very same again.'],
  KEY_INVALID: ['final', 'Give a 32-byte private key as 0x and 64 hexadecimal digits, or where one lies.'],
  LAB_DATA_INVALID: ['final', 'Give a file of the form named; the place is in the message.'],
  LAYOUT_INCOMPATIBLE: [
    'final',
    'Keep every stored field where it was, and add others behind the last; then upgrade again.',
  ],
  LISTENER_FAILED: ['retry', 'See to the receiver, then try again; the letter is kept.'],
  LISTENER_REFUSED: [
    'final',
    'Give a URL where webhooks may go (ENTENTE_WEBHOOK_REACH), or remove listeners that nobody needs.',
  ],
  LISTENER_UNKNOWN: ['final', 'List the listeners; it was removed.'],
  LOG_CONFLICT: ['retry', 'Another writer was first; read the task again.'],
  MEDIA_TYPE_UNSUPPORTED: ['final', 'Send JSON, with the header Content-Type: application/json.'],
  METHOD_NOT_ALLOWED: ['final', 'Use a method that the header Allow names.'],
  MODEL_FAILED: ['retry', 'Check OPENAI_BASE_URL, _API_KEY and _MODEL, and that the endpoint answers.'],
  MODEL_UNSET: ['final', 'Set OPENAI_MODEL, and what it takes, where the coordinators run.'],
  NOBODY_ANSWERS: ['retry', 'Check that such a process runs, and that NATS_URL names the bus that it is on.'],
  NODE_REFUSED: ['final', 'Name a node of the chain that the gateway is on, that answers, and is not there already.'],
  NOT_FOUND: ['final', 'Check the identifier.'],
  OPENING_UNREADABLE: [
    'final',
    'Put what the plan and the alert hash to into the artifact store, as JSON; then retry the dead letter.',
  ],
  OUTPUT_INVALID: ['final', 'Return what the output schema of the skill says.'],
  PARAMETERS_INVALID: ['final', 'Give the parameters that the template declares, each of its schema.'],
  PATTERN_REFUSED: [
    'final',
    'Write the pattern without look-around, back-references and flags, and shorter; bound lengths by minLength and maxLength.',
  ],
  PAYLOAD_TOO_LARGE: ['final', 'Put the payload as an artifact and pass its hash.'],
  PLACE_UNKNOWN: ['final', 'Name input, params, output or outputs.<subtask>, with fields below it.'],
  PLANNING_OVER_BUDGET: ['final', 'Allow planning more tokens, time or money, or use a quicker or cheaper model.'],
  PLAN_INVALID: ['final', 'Correct the template at the path named.'],
  PLAN_OVER_BUDGET: ['final', 'Raise the budget, or plan fewer or cheaper subtasks.'],
  POLICY_INVALID: [
    'final',
    'Correct the policy: entente policy check, or entente alert policy check, names each place.',
  ],
  POLICY_SIGNER_WRONG: ['final', 'Have it signed by the admins of admitted domains: entente policy sign.'],
  POLICY_UNSIGNED: ['final', 'Have the admins of more than half of the admitted domains sign it: entente policy sign.'],
  PORT_TAKEN: ['retry', 'Free the port, or leave ENTENTE_PORT unset for a free one.'],
  PRIORITY_REFUSED: [
    'final',
    'Leave policy.priority out, or have the consortium name the domain in ENTENTE_EMERGENCY_DOMAINS.',
  ],
  QUESTION_NOT_OPEN: ['final', 'Read the task again: the question was answered, has expired, or is another.'],
  RATE_LIMITED: ['retry', 'Wait as long as the header Retry-After says.'],
  READER_UNKNOWN: ['final', 'Name a domain that took part, or none, for a reader who did not.'],
  READ_MODEL_MISSING: [
    'final',
    'Name in ENTENTE_DATA the folder of the operator that keeps it, or in DATABASE_URL its PostgreSQL.',
  ],
  RECEIPTS_UNPROVEN: [
    'final',
    'Ask for no proof on this chain, and anchor evidence on one whose blocks prove their receipts; docs/GATEWAY.md says which.',
  ],
  RECEIPT_TYPE_UNKNOWN: [
    'final',
    'Set ENTENTE_CHAIN_PROFILE, of a relay --profile, to the one named, and start again; docs/GATEWAY.md lists them.',
  ],
  RECEIVER_UNPROVEN: [
    'final',
    'Register the agent, its domain and its wallet on chain, and have the wallet sign its key.',
  ],
  REDACTION_NEEDLESS: ['final', 'Hand the bundle itself to whoever ordered the task.'],
  REDIS_UNREACHABLE: ['retry', 'Check REDIS_URL, and that redis-server runs.'],
  RELAY_HALTED: ['retry', 'Wait until governance, having looked into why it was halted, resumes that chain.'],
  RELAY_QUORUM_MISSED: ['retry', 'Have more domains run an attester of that chain; the relay asks again by itself.'],
  RELAY_REFUSED: ['retry', 'See what the contract names; the relay tries again by itself.'],
  RELAY_UNRECOGNISED: ['retry', 'Have governance recognise that chain on this one, and name who vouches for it.'],
  RELEASE_DENIED: ['final', 'Give the work to a domain that the policy set lets have it, or have the set changed.'],
  RELEASE_REPLAYED: ['final', 'Use the release that was made for this very attempt.'],
  RELEASE_UNFOUNDED: [
    'final',
    'Ask by a request that is in the evidence log: an assignment that is not there is none.',
  ],
  REQUEST_STALE: ['retry', 'Set the clock, and sign a new request.'],
  RPC_NEEDLESS: ['final', 'Leave --rpc out, or verify the whole bundle with it.'],
  SEAL_BROKEN: ['final', 'Obtain the sealed value again from the log: these bytes are not what its maker sealed.'],
  SEAL_FOREIGN: ['final', 'Ask the agent that the sealed value names, for the task that it names.'],
  SEAL_KEY_WRONG: ['final', 'Use the key that was released for this value, this attempt and this receiver.'],
  SEAL_MISSING: [
    'final',
    'Seal what the schema marks as restricted before it is signed; `entente goal`, `signal` and `answer` do.',
  ],
  SEAL_UNFIT: [
    'final',
    'Seal it anew, as who signs, for this very task, with an active agent of your domain as its keeper.',
  ],
  SHARES_INVALID: ['final', 'Give as many shares of one set as it asks for, each as it was written.'],
  SIGNAL_NOT_AWAITED: ['retry', 'Read the task again: send the signal while the task waits for it.'],
  SIGNAL_REFUSED: [
    'final',
    'Sign as the requester, an approver or a sender that the template names, with a payload it takes.',
  ],
  SIGNATURE_INVALID: ['final', 'Sign the very document sent, with the key of the party named in it.'],
  SIGNER_UNREACHABLE: ['retry', 'Check that the remote signer runs; what waits is signed when it does.'],
  SIGNER_WRONG: ['final', 'Check which keys the remote signer holds: nothing that it answered was used.'],
  SKILL_INVALID: ['final', 'Describe input and output by what JSON can carry: no dates, bigints, maps or functions.'],
  SKILL_UNKNOWN: ['final', 'Use a skill that an active agent offers; the nearest are in the message.'],
  SQL_UNREACHABLE: [
    'retry',
    'Check DATABASE_URL, and that PostgreSQL runs; or leave it unset for the embedded engine.',
  ],
  STACK_SERVER_DIED: ['retry', 'The last lines of its log are in the message.'],
  STACK_SERVER_MISSING: [
    'final',
    'Start the program by npm or by npx entente (script runs a program of yours), which fetch it; or install it.',
  ],
  STATEMENT_UNRECONCILED: [
    'retry',
    'Wait until the gateway has published what the chain did last; if it stays, an event or a node is wrong: ask another node.',
  ],
  TASK_CLOSED: ['final', 'The task has ended; submit a new one.'],
  TASK_NOT_FOUND: ['final', 'Check the task id; list the tasks that there are.'],
  TENANT_OVER_LIMIT: [
    'retry',
    'Send the very same again after the time named, or have ENTENTE_TENANT_RATES or ENTENTE_TENANT_QUOTAS raised.',
  ],
  THRESHOLD_NOT_MET: ['final', 'The response plan asks for more than this alert says; no response is opened.'],
  TRACK_INVALID: [
    'final',
    'Give HURDAT2 fixes as CSV: id,name,date,…,latitude,longitude,maximum_sustained_wind_knots,….',
  ],
  TRACK_NO_THREAT: ['final', 'No response is needed for a storm that dissipates or stays away from land.'],
  TRANSACTION_FAILED: [
    'retry',
    'Mend what the reason names: funds, a nonce that somebody else used, what the contract asks; then say it again.',
  ],
  UNAUTHORIZED: ['final', 'Send a key whose role allows this.'],
  WITNESS_BEHIND: ['retry', 'Ask again when the witness has read the log so far.'],
} as const satisfies Record<string, readonly ['retry' | 'final', string]>

export type ErrorCode = keyof typeof catalogue

/** One class for all catalogued failures: `code` is stable, `message` says what and why, `remedy` what to do. */
export class EntenteError extends Error {
  override readonly name = 'EntenteError'
  readonly code: ErrorCode
  readonly retry: boolean
  readonly remedy: string
  /** How long to wait before another try, where that can be said. */
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(message, options)
    this.code = code
    this.retryAfterMs = options.retryAfterMs
    this.retry = catalogue[code][0] === 'retry'
    this.remedy = catalogue[code][1]
  }
}

/** `CODE: what and why. What to do.` — the one form in which a user reads an error. */
export function explainError(error: unknown): string {
  if (error instanceof EntenteError) {
    // A message of several lines quotes a log: what to do stands below it.
    const isQuote = error.message.includes('\n')
    return `${error.code}: ${isQuote ? `${error.message}\n` : `${sentence(error.message)} `}${error.remedy}`
  }
  return error instanceof Error ? error.message : String(error)
}

/** The catalogue as data, for documentation and the API. */
export function listErrors(): { code: ErrorCode; retry: boolean; remedy: string }[] {
  return Object.entries(catalogue).map(([code, [kind, remedy]]) => ({
    code: code as ErrorCode,
    retry: kind === 'retry',
    remedy,
  }))
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
