/** The demo's report: load against capacity, replicas, latency, the queue, and why at every second. */
import type { Measurement } from '../load/measure.ts';
import type { Chart } from '../report/chart.ts';
import {
  failureTables,
  kindTable,
  latencySeries,
  milliseconds,
  totalTiles,
} from '../report/figures.ts';
import { renderPage, type Table } from '../report/page.ts';
import type { Second } from './chronicle.ts';
import type { Fleet } from './moment.ts';
import { phaseAt } from './phases.ts';

/** What the report says beside what was measured each second. */
export interface Extra {
  /** What one pod of the API is meant to carry, a second. */
  readonly requestsPerApiPod: number;
  /** The part of catalogue reads that a cache answered; undefined where unknown. */
  readonly cacheHitRatio: number | undefined;
}

export function renderDemo(
  measurement: Measurement,
  seconds: readonly Second[],
  { requestsPerApiPod, cacheHitRatio }: Extra,
): string {
  return renderPage({
    title: 'Bellwether: four minutes of school',
    subtitle: `Ended ${new Date().toISOString().slice(0, 16)} UTC. Capacity is Ready pods × what their ScaleProfile says one should carry; latency counts from when a visit was due.`,
    tiles: [
      ...totalTiles(measurement),
      { label: 'catalogue', value: percent(cacheHitRatio), note: 'from caches' },
      { label: 'API pods', value: range(seconds.map(({ api }) => api.ready)), note: 'Ready' },
      {
        label: 'worker pods',
        value: range(seconds.map(({ worker }) => worker.ready)),
        note: 'Ready',
      },
    ],
    charts: chartsOf(seconds, requestsPerApiPod),
    remarks: {
      learners: seconds.map(({ second }) => phaseAt(second)),
      api: seconds.map(({ api }) => api.why),
      worker: seconds.map(({ worker }) => worker.why),
    },
    tables: [decisionTable(seconds), kindTable(measurement), ...failureTables(measurement)],
  });
}

function chartsOf(seconds: readonly Second[], requestsPerApiPod: number): readonly Chart[] {
  const load = seconds.map((each) => each.load);
  const capacity = seconds.map(({ api }) => api.ready * requestsPerApiPod);
  return [
    {
      title: 'Requests and capacity',
      unit: '/s',
      series: [
        {
          name: 'requests',
          color: '--blue',
          values: load.map((each) => each.requests),
          shape: 'area',
        },
        { name: 'capacity', color: '--gray', values: capacity, shape: 'step', dashed: true },
        { name: 'failed', color: '--red', values: load.map((each) => each.failed) },
      ],
    },
    fleetChart(
      'API pods',
      seconds.map(({ api }) => api),
    ),
    { title: 'Latency', unit: 'ms', series: latencySeries(load) },
    {
      title: 'Grading queue',
      unit: 'essays',
      series: [
        {
          name: 'waiting or being graded',
          color: '--violet',
          values: seconds.map(({ queueDepth }) => queueDepth ?? null),
          shape: 'area',
        },
      ],
    },
    fleetChart(
      'Worker pods',
      seconds.map(({ worker }) => worker),
    ),
  ];
}

function fleetChart(title: string, fleet: readonly Fleet[]): Chart {
  const desired = fleet.map((each) => each.desired);
  const ready = fleet.map((each) => each.ready);
  return {
    title,
    unit: 'pods',
    series: [
      { name: 'Ready', color: '--green', values: ready, shape: 'step' },
      { name: 'wanted', color: '--orange', values: desired, shape: 'step', dashed: true },
    ],
  };
}

/** Each change of the wanted number, with the sentence of its second. */
function decisionTable(seconds: readonly Second[]): Table {
  const rows = seconds.flatMap(({ second, api, worker, load }, index) => {
    const before = seconds[index - 1];
    if (!before) return [];
    const changes = [
      { name: 'api', from: before.api, to: api },
      { name: 'worker', from: before.worker, to: worker },
    ].filter(({ from, to }) => from.desired !== to.desired);
    return changes.map(({ name, from, to }) => [
      `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`,
      `${name} ${from.desired} → ${to.desired}`,
      milliseconds(load.p95Ms),
      to.why,
    ]);
  });
  return { title: 'What the operator decided', columns: ['at', 'pods', 'p95', 'why'], rows };
}

/** A ratio for people. */
export function percent(ratio: number | undefined): string {
  return ratio === undefined ? '–' : `${(100 * ratio).toFixed(0)} %`;
}

function range(values: readonly number[]): string {
  return values.length === 0 ? '–' : `${Math.min(...values)} – ${Math.max(...values)}`;
}
