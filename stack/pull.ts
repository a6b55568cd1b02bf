/**
 * How long one request for messages of a stream stands before the client makes it anew.
 *
 * The client also waits about this long before it asks again after a connection that fell a second time while it was
 * getting over the first; its own default of 30 s would leave an agent or a coordinator deaf for all of that.
 */
export const pullExpiresMs = 3_000
