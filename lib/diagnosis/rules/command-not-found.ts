import { changeEvidence, changesOf, fieldEvidence, specPath } from '#lib/diagnosis/evidence.ts';
import type { ContainerInput } from '#lib/diagnosis/diagnosis-input.ts';
import { finding } from '#lib/diagnosis/finding.ts';
import { rollbackRemedy } from '#lib/diagnosis/remedies.ts';
import type { ContainerRule } from '#lib/diagnosis/rule.ts';
import { startFailure } from '#lib/diagnosis/start-failure.ts';

/** The runtime says that the program is not in the image; no log can exist. */
export const commandNotFound: ContainerRule = (input) => {
  const { container } = input;
  const failure = startFailure(input);
  const program = failure && missingProgram(failure.text);
  if (!failure || program === undefined) return undefined;
  const changes = [...changesOf(input, 'command'), ...changesOf(input, 'args')];
  const mount = container.spec.mounts.find(({ mountPath }) => program.startsWith(`${mountPath}/`));
  const wholeLine = program.includes(' ');
  return finding({
    causeId: 'command-not-found',
    certainty: 'proven',
    title: [`Command ${program} not found`, 'Command not found in the image'],
    sentence: wholeLine
      ? `"${program}" is taken as the name of one program: the command line stands in a single array element.`
      : `The command ${program} does not exist in the image${meantClause(input, program)}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [...failure.evidence, ...commandEvidence(input), ...changes.map(changeEvidence)],
    candidates: mount
      ? [
          {
            causeId: 'mount-hides-entrypoint',
            sentence: `Volume ${mount.volume} is mounted on ${mount.mountPath} and may hide it.`,
            check: `Look for ${program} in the image and in volume ${mount.volume}.`,
          },
        ]
      : [],
    remedies: [...rollbackRemedy(input), { title: 'Correct command or args of the container', commands: [] }],
  });
};

function missingProgram(text: string): string | undefined {
  if (/no command specified/i.test(text)) return '(none)';
  const named =
    /exec: "([^"]{1,500})": (?:executable file not found|stat \S{1,500} no such file|.{0,200}no such file)/i.exec(
      text,
    );
  return named?.[1];
}

function meantClause(input: ContainerInput, program: string): string {
  const before = [...changesOf(input, 'command[0]'), ...changesOf(input, 'args[0]')].find(
    ({ after }) => after === program,
  );
  return before?.before ? `; before it was ${before.before}` : '';
}

function commandEvidence({ container }: ContainerInput) {
  const { command, args } = container.spec;
  return [
    ...(command ? [fieldEvidence(specPath(container, 'command'), JSON.stringify(command))] : []),
    ...(args ? [fieldEvidence(specPath(container, 'args'), JSON.stringify(args))] : []),
  ];
}
