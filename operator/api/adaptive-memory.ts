/** What strategy Adaptive has learned of one metric, as status keeps it: numbers only, times in milliseconds since the epoch. */
import { z } from 'zod';

const row = (numbers: number) => z.array(z.number()).min(numbers).max(numbers);
const rows = (numbers: number, most: number) => z.array(row(numbers)).max(most);

export const adaptiveMemorySchema = z.object({
  loads: rows(2, 3700).meta({ description: 'Time and load of late passes.' }),
  forecasts: rows(9, 3700).meta({
    description:
      'Time, load, level on 30, 180 and 600 s, rise by trend, day and week, and their sum, of passes not judged yet.',
  }),
  levelErrors: row(3).meta({ description: 'Mean squared errors of the levels.' }),
  records: row(6).meta({ description: 'Hit and square of trend, day and week.' }),
  variance: z.number().min(0),
  meanOwn: z.number().min(0),
  meanShadow: z.number().min(0),
  gain: z.number().min(-0.25).max(0.25),
  shadowReplicas: z.number().min(0),
  shadowAt: z.number(),
  shadowProposals: rows(2, 21),
  needs: rows(2, 3601).meta({ description: 'Time and replicas of the needs that are held.' }),
  freshSince: z.number(),
  minute: row(2).meta({ description: 'The minute since the epoch, and its highest load.' }),
});

export type WrittenAdaptiveMemory = z.output<typeof adaptiveMemorySchema>;
