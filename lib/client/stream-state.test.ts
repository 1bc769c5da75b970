import { describe, expect, it } from 'vitest';
import { aClusterView } from '#components/fixtures/cluster-view.ts';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import type { StreamMessage } from '#lib/contract/stream.ts';
import { applyDelta, INITIAL_STREAM_STATE, reduceStream, replaySignals } from './stream-state.ts';
import type { StreamSignal } from './stream-state.ts';

const rows = incidentRows();
const [first, second, third] = rows;
if (!first || !second || !third) throw new Error('The fixture has at least three rows.');

const said = (message: StreamMessage, at = 1_000): StreamSignal => ({ type: 'message', at, message });
const snapshot = (incidents = [first, second], serverNow = 6_000) =>
  said({ type: 'snapshot', serverNow, cluster: aClusterView(), incidents });
const play = (...signals: StreamSignal[]) => signals.reduce(reduceStream, INITIAL_STREAM_STATE);

describe('stream state', () => {
  it('takes the whole list from a snapshot and learns the clock of the server', () => {
    const state = play(snapshot());
    expect(state.incidents).toEqual([first, second]);
    expect(state.offsetMs).toBe(5_000);
    expect(state.link).toEqual({ phase: 'open', heardAt: 1_000 });
  });

  it('applies a delta in place, appends what is new and drops what left', () => {
    const worse = { ...second, restarts: 99 };
    const state = play(
      snapshot(),
      said({ type: 'delta', serverNow: 6_100, upserts: [third, worse], removes: [first.id] }),
    );
    expect(state.incidents).toEqual([worse, third]);
  });

  it('ignores a delta before any snapshot: there is nothing to apply it to', () => {
    const state = play(said({ type: 'delta', serverNow: 1, upserts: [first], removes: [] }));
    expect(state.incidents).toBeUndefined();
  });

  it('keeps the data when the stream is lost, and says since when', () => {
    const state = play(snapshot(), { type: 'lost', at: 9_000, retryAt: 10_000, reason: 'closed' });
    expect(state.incidents).toEqual([first, second]);
    expect(state.link).toEqual({ phase: 'lost', heardAt: 1_000, retryAt: 10_000, reason: 'closed' });
  });

  it('replaces everything with the snapshot of a reconnect', () => {
    const state = play(
      snapshot(),
      { type: 'lost', at: 9_000, retryAt: 10_000, reason: 'closed' },
      { type: 'open', at: 10_000 },
      said({ type: 'snapshot', serverNow: 15_000, cluster: aClusterView(), incidents: [third] }, 10_001),
    );
    expect(state.incidents).toEqual([third]);
    expect(state.link.phase).toBe('open');
  });

  it('passes over messages of a newer server', () => {
    const unknown = said({ type: 'weather' } as unknown as StreamMessage);
    expect(play(snapshot(), unknown).incidents).toEqual([first, second]);
  });

  it('brings a late listener to the same state', () => {
    const state = play(snapshot(), { type: 'lost', at: 9_000, retryAt: 10_000, reason: 'closed' });
    expect(play(...replaySignals(state, 99_999))).toEqual(state);
  });
});

describe('applyDelta', () => {
  it('is idempotent', () => {
    const delta = { upserts: [third], removes: [first.id] };
    const once = applyDelta([first, second], delta);
    expect(applyDelta(once, delta)).toEqual(once);
  });
});
