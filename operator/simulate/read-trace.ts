/** Reads a trace from text: `time,value` rows at any step, or one value per second and line; gzip or not. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isDate } from '../api/date.ts';
import { checkLength, interpolate, type Point } from './interpolate.ts';
import { type Trace, traceOf } from './trace.ts';
import { UsageError } from './usage-error.ts';

/** Later than this in seconds is the year 5138: surely milliseconds. */
const LATEST_SECONDS = 1e11;
/** A day, and perhaps a time of it; what has no offset is UTC, wherever this runs. */
const isoTime =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[-+]\d{2}:\d{2})?)?$/i;

/** @throws {UsageError} naming file and line where the text is no trace */
export async function readTrace(file: string): Promise<Trace> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`cannot read the trace ${file}`, { cause });
  });
  return parseTrace(basename(file), unpack(file, bytes));
}

function unpack(file: string, bytes: Buffer): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return (isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new UsageError(`cannot unpack the trace ${file}`, { cause });
  }
}

/** A header line is skipped. @throws {UsageError} */
export function parseTrace(name: string, text: string): Trace {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  const [first = ''] = lines;
  const start = first !== '' && !/^[-+.\d]/.test(first.trim().replace(/^"/, '')) ? 1 : 0;
  const at = (index: number) => `${name}, line ${index + 1}`;
  if (start === 1 && /,\s*"?(time|ts\b|date)/i.test(first)) {
    throw new UsageError(`${at(0)}: expected time,value but found ${quote(first)}`);
  }
  if (start === lines.length) throw new UsageError(`${name}: a header without rows`);
  const hasTimes = (lines[start] ?? '').includes(',');
  if (hasTimes) return interpolate(name, readPoints(lines, start, at));
  checkLength(name, lines.length - start);
  const values = lines.slice(start).map((line, index) => numberOf(line, at(index + start)));
  return traceOf(name, 0, Float64Array.from(values));
}

function readPoints(
  lines: readonly string[],
  start: number,
  at: (index: number) => string,
): readonly Point[] {
  const points: Point[] = [];
  for (let index = start; index < lines.length; index += 1) {
    const [time = '', value, ...rest] = (lines[index] ?? '').split(',');
    if (value === undefined || rest.length > 0) {
      throw new UsageError(`${at(index)}: expected time,value but found ${quote(lines[index])}`);
    }
    const seconds = secondsOf(time, at(index));
    const last = points.at(-1);
    if (last && seconds <= last.seconds) {
      throw new UsageError(`${at(index)}: time ${quote(time)} is not after the one before it`);
    }
    points.push({ seconds, value: numberOf(value, at(index)) });
  }
  return points;
}

function secondsOf(text: string, place: string): number {
  const plain = unquote(text);
  const seconds = isNumber(plain) ? Number(plain) : isoSeconds(plain);
  if (!Number.isFinite(seconds)) {
    throw new UsageError(`${place}: ${quote(text)} is neither epoch seconds nor an ISO time`);
  }
  if (seconds > LATEST_SECONDS) {
    throw new UsageError(`${place}: ${quote(text)} looks like milliseconds; times are in seconds`);
  }
  return seconds;
}

function isoSeconds(text: string): number {
  const [, date = '', time = '00:00', offset = 'Z'] = isoTime.exec(text) ?? [];
  return isDate(date) ? Date.parse(`${date}T${time}${offset}`) / 1000 : Number.NaN;
}

function numberOf(text: string, place: string): number {
  const plain = unquote(text);
  const value = isNumber(plain) ? Number(plain) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`${place}: ${quote(text)} is not a number of at least 0`);
}

function isNumber(text: string): boolean {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
}

function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}

function quote(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 80));
}
