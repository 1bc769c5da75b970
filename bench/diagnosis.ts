import { benchDiagnosis } from '#lib/server/bench/diagnosis.ts';

/** 10,000 diagnoses beside JSON.stringify of the same inputs; one JSON line. */
console.log(JSON.stringify(benchDiagnosis()));
