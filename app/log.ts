/** Structured logs: JSON lines on standard output, constant messages, values as fields. */
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

/** Fields that never reach a log, wherever a caller puts them. */
const secret = ['password', 'token', 'refreshToken', 'accessToken', 'authorization', 'email'];

/** @param level one of pino's levels */
export function createLog(level: string, destination?: DestinationStream): Log {
  const redact = { paths: secret.flatMap((name) => [name, `*.${name}`]), remove: true };
  const options: LoggerOptions = { level, base: null, redact, timestamp: isoTime };
  return destination ? pino(options, destination) : pino(options);
}

function isoTime(): string {
  return `,"time":"${new Date().toISOString()}"`;
}
