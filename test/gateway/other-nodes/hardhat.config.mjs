const { OTHER_NODE_TYPE, OTHER_NODE_CHAIN, OTHER_NODE_MNEMONIC, OTHER_NODE_BALANCE, OTHER_NODE_BLOCK_MS } = process.env

/** What `start-hardhat.ts` asks for: blocks by time, and accounts of one run alone. */
export default {
  networks: {
    node: {
      type: 'edr-simulated',
      chainType: OTHER_NODE_TYPE,
      chainId: Number(OTHER_NODE_CHAIN),
      mining: { auto: false, interval: Number(OTHER_NODE_BLOCK_MS) },
      accounts: { mnemonic: OTHER_NODE_MNEMONIC, count: 32, accountsBalance: OTHER_NODE_BALANCE },
    },
  },
}
