// Which room may import which. A room may always import itself; what a row does not name is forbidden.
// A narrower folder has a row of its own, which replaces that of its room.
const mayImport = {
  protocol: [],
  contracts: [],
  stack: ['protocol'],
  gateway: ['protocol', 'contracts', 'stack'],
  registry: ['protocol', 'contracts', 'stack'],
  'coordinator/flow': ['protocol'],
  'coordinator/lab': ['protocol', 'registry', 'stack', 'coordinator/flow'],
  'coordinator/settlement': ['protocol', 'contracts', 'stack', 'coordinator'],
  coordinator: ['protocol', 'registry', 'stack'],
  evidence: ['protocol', 'contracts', 'coordinator/flow'],
  agents: ['protocol', 'registry', 'stack'],
  operator: ['protocol', 'stack', 'registry', 'coordinator/views'],
  scenarios: ['protocol', 'contracts', 'stack', 'gateway', 'registry', 'coordinator', 'evidence', 'agents', 'operator'],
  verifier: ['protocol', 'evidence', 'registry'],
  // The command line starts scenarios, so it stands below them.
  cli: [
    ...['protocol', 'contracts', 'stack', 'gateway', 'registry', 'coordinator', 'evidence', 'agents', 'operator'],
    ...['verifier', 'scenarios'],
  ],
  // Runs before any package is installed.
  boot: [],
  bin: ['boot'],
}

const rooms = [...new Set(Object.keys(mayImport).map(folder => folder.split('/')[0])), 'test']
const inFolders = folders => `^(${folders.join('|')})/`
const narrower = folder => Object.keys(mayImport).filter(other => other.startsWith(`${folder}/`))

const directions = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder.replace('/', '-')}-imports`,
  comment: `${folder}/ may import ${allowed.length === 0 ? 'no other room' : allowed.join(', ')}.`,
  severity: 'error',
  from: { path: inFolders([folder]), pathNot: narrower(folder).map(other => `^${other}/`) },
  to: { path: inFolders(rooms), pathNot: inFolders([folder, ...allowed]) },
}))

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'flow-is-pure',
      comment:
        'coordinator/flow has no clock, network, randomness or client library: it is replayed anywhere, by anyone. ' +
        'Beside protocol it may use only the libraries of mapping expressions and of maps that are never changed in place.',
      severity: 'error',
      from: { path: '^coordinator/flow/' },
      to: { pathNot: ['^(protocol|coordinator/flow)/', '(^|/)(@jmespath-community/jmespath|immutable)(/|$)'] },
    },
    {
      name: 'boot-has-no-packages',
      comment: 'What installs the packages cannot import one.',
      severity: 'error',
      from: { path: '^(boot|bin)/' },
      to: { path: '(^|/)node_modules/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-unresolved',
      comment:
        'An import that leads nowhere is one whose direction nobody checked. Programs of peers that are measured beside ' +
        'ours import packages that are installed only then.',
      severity: 'error',
      from: { pathNot: '^test/bench/peers/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-in-product',
      comment: 'What only tests need is not part of the product.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.entente|out)/|^contracts/cache/' },
    // Imports of types count: a room that knows another's types depends on it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], extensions: ['.ts', '.mjs', '.js', '.json'], conditionNames: ['import', 'node', 'default'] },
  },
}
