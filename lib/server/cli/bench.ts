import { benchDiagnosis } from '#lib/server/bench/diagnosis.ts';

const BENCHES: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  diagnosis: benchDiagnosis,
};

/** `npm run bench -- <name>`: one JSON line last; exit code 2 for a name that does not exist. */
const name = process.argv[2] ?? '';
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  console.log(JSON.stringify(bench()));
} else {
  console.error(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')}`);
  process.exitCode = 2;
}
