#!/usr/bin/env node
// `npx entente <verb>`: the same set-up and the same verbs as the npm scripts.
import '../boot/boot.mjs'
