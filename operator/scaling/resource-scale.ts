/** Pods against a target of a resource metric: in whole percent of their requests, or in amounts a pod. */
import type { ResourceMetric, ResourceTarget } from '../api/metric.ts';

/** Numbers of one pod: measured, or assumed. */
export interface Counted {
  readonly usage: number;
  readonly request: number;
}

interface Measured {
  /** In the unit of the target: whole percent, or thousandths of a core or byte. */
  readonly value: number;
  readonly ratio: number;
}

interface Scale {
  /** @returns undefined when there is nothing to measure against */
  readonly measure: (pods: readonly Counted[]) => Measured | undefined;
  /** What a pod without a sample may well be using, in the unit of its request. */
  readonly mostLikely: (request: number) => number;
  readonly toReading: (value: number) => number;
}

/** Whole numbers of thousandths and of percent, both cut off, as the HPA counts. */
export function scaleOf(name: ResourceMetric['resource']['name'], target: ResourceTarget): Scale {
  const thousandths = name === 'memory' ? 1000 : 1;
  if (target.type === 'Utilization') {
    const percent = target.averageUtilization;
    return {
      measure: (pods) => {
        const request = sum(pods.map((each) => each.request));
        if (request === 0) return undefined;
        const value = Math.trunc((100 * sum(pods.map(({ usage }) => usage))) / request);
        return { value, ratio: value / percent };
      },
      mostLikely: (request) =>
        Math.trunc((request * thousandths * Math.max(100, percent)) / 100) / thousandths,
      toReading: (value) => value,
    };
  }
  const wanted = Math.round(target.averageValue * 1000);
  return {
    measure: (pods) => {
      const used = sum(pods.map(({ usage }) => usage)) * thousandths;
      const value = Math.trunc(used / pods.length);
      return { value, ratio: value / wanted };
    },
    mostLikely: () => wanted / thousandths,
    toReading: (value) => value / 1000,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
