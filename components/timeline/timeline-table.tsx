import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import type { Fact } from './timeline-model.ts';

/** The same facts as the drawing, in rows, newest first. */
export function TimelineTable({ facts }: { facts: readonly Fact[] }) {
  return (
    <div className="max-h-[342px] overflow-y-auto" tabIndex={0} role="group" aria-label="Timeline rows">
      <table aria-label="Timeline" className="w-full table-fixed border-separate border-spacing-0">
        <thead className="sticky top-0">
          <tr>
            <th scope="col" className="table-head w-[150px] pl-4!">
              Time
            </th>
            <th scope="col" className="table-head w-[200px]">
              Where
            </th>
            <th scope="col" className="table-head">
              What
            </th>
          </tr>
        </thead>
        <tbody>
          {facts.toReversed().map((fact, index) => (
            <tr key={index} className="align-top">
              <td className="py-0.5 pl-4">
                <ClockTime at={fact.at} format="date" />
              </td>
              <td className="truncate px-1.5 py-0.5" title={fact.lane}>
                <ForeignText text={fact.lane} />
              </td>
              <td className="px-1.5 py-0.5 [overflow-wrap:anywhere]">
                <ForeignText text={fact.text} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {facts.length === 0 && <p className="px-4 py-2 text-ink-3">Nothing was recorded in this range.</p>}
    </div>
  );
}
