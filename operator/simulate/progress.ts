/** A sign of life from a long run: a line every two seconds. */

const EVERY_MS = 2000;
/** Looking at the clock costs more than a second of a run. */
const SECONDS_PER_LOOK = 1024;

export interface ProgressSettings {
  readonly name: string;
  /** Of the whole run. */
  readonly seconds: number;
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
}

/** Told every second of a run; speaks when two seconds of the clock have passed since it last did. */
export class Progress {
  private readonly settings: ProgressSettings;
  private readonly startedMs: number;
  private spokeMs: number;

  constructor(settings: ProgressSettings) {
    this.settings = settings;
    this.startedMs = settings.nowMs();
    this.spokeMs = this.startedMs;
  }

  onSecond(second: number): void {
    if (second % SECONDS_PER_LOOK !== 0) return;
    const { name, seconds, write, nowMs } = this.settings;
    const now = nowMs();
    if (now - this.spokeMs < EVERY_MS) return;
    this.spokeMs = now;
    const percent = Math.floor((100 * second) / seconds);
    write(
      `${name}: ${percent} % of ${seconds} s, ${Math.round((now - this.startedMs) / 1000)} s\n`,
    );
  }

  done(): void {
    const { name, seconds, write, nowMs } = this.settings;
    write(`${name}: ${seconds} s in ${((nowMs() - this.startedMs) / 1000).toFixed(1)} s\n`);
  }
}
