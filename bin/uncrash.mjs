#!/usr/bin/env node
// `npx uncrash -- flags` is `npm start -- flags`; `npx uncrash diagnose -f dump.json` is `npm run diagnose -- -f dump.json`.
if (process.argv[2] !== 'diagnose') process.argv.splice(2, 0, 'start');
await import('../scripts/run.mjs');
