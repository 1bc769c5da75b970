import { readFile } from 'node:fs/promises';
import { readCases } from '#lib/server/scoring/failure-case.ts';
import { scoreCases } from '#lib/server/scoring/score-cases.ts';
import { scoreReport } from '#lib/server/scoring/score-report.ts';

/** `npm run score -- cases.jsonl`: how often the diagnosis is right about failures whose true cause is known. */
const [file, ...rest] = process.argv.slice(2);
if (file === undefined || rest.length > 0) {
  console.error('usage: npm run score -- <cases.jsonl>');
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(scoreReport(scoreCases(readCases(await readFile(file, 'utf8'), file))));
  } catch (error) {
    console.error(`uncrash: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}
