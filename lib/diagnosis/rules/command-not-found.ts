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
  const hidden = mount !== undefined || (program.startsWith('/') && !isAskedFor(input, program));
  return finding({
    causeId: 'command-not-found',
    certainty: hidden ? 'possible' : 'proven',
    title: [`Command ${program} not found`, 'Command not found in the image'],
    sentence: wholeLine
      ? `"${program}" is taken as the name of one program: the command line stands in a single array element.`
      : `The command ${program} does not exist in the image${meantClause(input, program)}.`,
    raw: failure.text,
    container: container.spec.name,
    evidence: [...failure.evidence, ...commandEvidence(input), ...changes.map(changeEvidence)],
    candidates: hidden
      ? [
          {
            causeId: 'mount-hides-entrypoint',
            sentence: mount
              ? `Volume ${mount.volume} is mounted on ${mount.mountPath} and may hide it.`
              : `It is the image's own command, so a volume mounted above it may hide it.`,
            check: `Look for ${program} in the image${mount ? ` and in volume ${mount.volume}` : ' and at the volume mounts'}.`,
          },
        ]
      : [],
    remedies: [...rollbackRemedy(input), { title: 'Correct command or args of the container', commands: [] }],
  });
};

/** Old runc puts the quotes of the program inside quotes of its own; old docker has words of its own. */
function missingProgram(text: string): string | undefined {
  if (/no command specified/i.test(text)) return '(none)';
  const named =
    /exec: \\?"([^"\\]{1,500})\\?": (?:executable file not found|stat \S{1,500} no such file|.{0,200}no such file)/i.exec(
      text,
    ) ?? /Container command '([^']{1,500})' not found or does not exist/.exec(text);
  return named?.[1];
}

/** The pod asks for this program. Otherwise it is the image's own, and then something took it away. */
const isAskedFor = ({ container: { spec } }: ContainerInput, program: string): boolean =>
  [...(spec.command ?? []), ...(spec.args ?? [])].includes(program);

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
