/** What was measured, as Markdown: ratios by trace and policy, verdicts, and the HPA beside its reference. */
import { type Measured, type PolicyName, policies, type Ratios } from './measure.ts';
import type { Reference } from './sources.ts';

/** By start-up time in seconds: the geometric mean of overload over all traces. */
const overloadTargets: Readonly<Record<number, number>> = { 10: 0.12, 45: 0.2, 120: 0.3 };
const podHoursTarget = 1.05;
const eventsTarget = 0.7;
const referenceStartup = 45;
const allowedDeviation = 0.02;

const titles: Readonly<Record<PolicyName, string>> = {
  profile: 'Adaptive',
  'hpa-fast': 'HPA, fast metrics',
  keda: 'KEDA',
  kpa: 'Knative',
  clairvoyant: 'clairvoyant',
};

/** Each start-up time as a table of traces by policies, with what was to be reached below it. */
export function qualityTables(all: readonly Measured[]): string {
  const startups = [...new Set(all.map(({ startupSeconds }) => startupSeconds))];
  return startups
    .map((startup) =>
      startupTable(
        all.filter((one) => one.startupSeconds === startup),
        startup,
      ),
    )
    .join('\n\n');
}

function startupTable(all: readonly Measured[], startup: number): string {
  const head = `| start-up ${startup} s | ${policies.map((name) => titles[name]).join(' | ')} |`;
  const line = `| --- | ${policies.map(() => '---').join(' | ')} |`;
  const rows = all.map(({ source, ratios }) => row(source.name, (name) => ratios[name]));
  const means = row('geometric mean', (name) => meanRatios(all, name));
  return [head, line, ...rows, means, '', ...verdicts(all, startup)].join('\n');
}

function row(name: string, of: (policy: PolicyName) => Ratios): string {
  return `| ${name} | ${policies.map((policy) => cell(of(policy))).join(' | ')} |`;
}

function cell({ overload, podHours, events }: Ratios): string {
  return [brief(overload), podHours.toFixed(3), brief(events)].join(' / ');
}

function brief(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(3);
}

function meanRatios(all: readonly Measured[], policy: PolicyName): Ratios {
  const mean = (field: keyof Ratios) =>
    geometricMean(all.map(({ ratios }) => ratios[policy][field]));
  return { overload: mean('overload'), podHours: mean('podHours'), events: mean('events') };
}

/** No overload at all counts as a thousandth of the HPA's, or one such trace would decide alone. */
function geometricMean(values: readonly number[]): number {
  const logs = values.map((value) => Math.log(Math.max(value, 1e-3)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / values.length);
}

function verdicts(all: readonly Measured[], startup: number): readonly string[] {
  const { overload, events } = meanRatios(all, 'profile');
  const dearest = Math.max(...all.map(({ ratios }) => ratios.profile.podHours));
  const mostOverload = overloadTargets[startup] ?? 1;
  return [
    verdict('overloaded seconds, geometric mean', overload, mostOverload),
    verdict('pod-hours, dearest trace', dearest, podHoursTarget),
    verdict('scale events, geometric mean', events, eventsTarget),
  ];
}

/** Whether what was measured is within the target, with both numbers. */
function verdict(name: string, measured: number, target: number): string {
  const word = measured <= target ? 'met' : 'MISSED';
  return `- ${name}: ${measured.toFixed(3)}, to reach ${target}: ${word}`;
}

/** The HPA of this simulator beside that of the reference; empty where no trace has one. */
export function referenceTable(all: readonly Measured[]): string {
  const rows = all.flatMap(({ source: { name, reference }, startupSeconds, hpa }) =>
    reference && startupSeconds === referenceStartup ? [referenceRow(name, reference, hpa)] : [],
  );
  if (rows.length === 0) return '';
  const head = '| HPA, start-up 45 s | overloaded seconds % | pod-hours | scale events a day |';
  return [head, '| --- | --- | --- | --- |', ...rows].join('\n');
}

function referenceRow(name: string, reference: Reference, hpa: Reference): string {
  const cells = [
    beside(hpa.overloadedSecondsPercent, reference.overloadedSecondsPercent, 3),
    beside(hpa.podHours, reference.podHours, 0),
    beside(hpa.scaleEventsPerDay, reference.scaleEventsPerDay, 1),
  ];
  return `| ${name} | ${cells.join(' | ')} |`;
}

function beside(measured: number, reference: number, digits: number): string {
  const deviation = measured / reference - 1;
  const word = Math.abs(deviation) <= allowedDeviation ? '' : ' OFF';
  const percent = `${deviation < 0 ? '' : '+'}${(100 * deviation).toFixed(1)} %`;
  return `${measured.toFixed(digits)} (${percent}${word})`;
}
