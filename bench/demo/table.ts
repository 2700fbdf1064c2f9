/** The live table: redrawn in place on a terminal, a line now and then elsewhere. */
import type { Second } from './chronicle.ts';
import type { Fleet } from './moment.ts';

/** Where the table goes: `process.stdout`, or a test's own. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const secondsBetweenLines = 5;
const headings = ['time', 'req/s', 'p50 ms', 'p95 ms', 'failed', 'api', 'worker', 'queue'];

/** A function to call for every second; `failed` counts up over the run. */
export function createTable(screen: Screen, phaseAt: (second: number) => string) {
  let failed = 0;
  let drawn = 0;
  return (entry: Second): void => {
    failed += entry.load.failed;
    const cells = cellsOf(entry, failed);
    if (screen.isTTY) {
      const lines = [
        `  ${phaseAt(entry.second)}`,
        '',
        row(headings),
        row(cells),
        '',
        `  api     ${entry.api.why}`,
        `  worker  ${entry.worker.why}`,
      ].map((line) => line.slice(0, screen.columns ?? 120));
      const back = drawn > 0 ? `\u001b[${drawn}A` : '';
      screen.write(`${back}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`);
      drawn = lines.length;
    } else if (entry.second % secondsBetweenLines === 0) {
      if (drawn % 12 === 0) screen.write(`${row(headings)}  why\n`);
      drawn += 1;
      screen.write(`${row(cells)}  api: ${entry.api.why} | worker: ${entry.worker.why}\n`);
    }
  };
}

function cellsOf({ second, load, api, worker, queueDepth }: Second, failed: number): string[] {
  return [
    `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`,
    String(load.requests),
    load.p50Ms?.toFixed(0) ?? '-',
    load.p95Ms?.toFixed(0) ?? '-',
    String(failed),
    fleetCell(api),
    fleetCell(worker),
    queueDepth?.toFixed(0) ?? '-',
  ];
}

/** Ready of desired. */
function fleetCell({ ready, desired }: Fleet): string {
  return `${ready}/${desired}`;
}

function row(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(8)).join('');
}
