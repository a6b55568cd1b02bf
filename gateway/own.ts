/** The tenant under which gateways send what they need themselves: nobody else acts on what comes of it. */
export const ownTenant = 'gateway'
