#!/usr/bin/env node
// `npx uncrash -- flags` is `npm start -- flags`.
process.argv.splice(2, 0, 'start');
await import('../scripts/run.mjs');
