/** Grades that are not by key: provisional ones of essays by the worker, and a teacher's. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';
import { changedSince, invalid, notFound } from '../problem.ts';
import type { Payload } from '../queue/queues.ts';
import { gradesStatement } from './answers.ts';
import { holdAttempt, type Transaction } from './attempts.ts';
import { type Essay, gradeEssay, type ProvisionalGrade } from './essay.ts';
import { signatureOf, wordsOf } from './originality.ts';
import { fromHundredths, shareOf, toHundredths } from './points.ts';
import { keySchema, responseSchema } from './question.ts';
import { settleAttempt } from './settle.ts';

/** An essay is compared with so many of the newest other ones. */
const compared = 500;

/**
 * The job of the grading queue: read the essay and give it a provisional grade.
 *
 * Done twice, or after a teacher was faster, it changes nothing.
 */
export async function gradeProvisionally(
  prisma: PrismaClient,
  { attemptId, questionId }: Payload<'grading'>,
  now: () => Date,
): Promise<void> {
  const where = { attemptId_questionId: { attemptId, questionId } };
  const answer = await prisma.attemptAnswer.findUnique({
    where,
    include: { question: { include: { key: true } }, attempt: { select: { enrolmentId: true } } },
  });
  if (!answer || answer.gradedBy !== null) return;
  const response = responseSchema.parse(answer.response);
  const key = keySchema.parse(answer.question.key?.answer);
  if (response.kind !== 'essay' || key.kind !== 'essay') throw new Error('not an essay');
  const words = wordsOf(response.text);
  const essay = { words, signature: signatureOf(words) };
  const { enrolmentId } = answer.attempt;
  const earlier = await findSignatures(prisma, questionId, enrolmentId);
  const grade = gradeEssay(essay, key, earlier);
  const points = toHundredths(answer.points);
  const provisional = { attemptId, questionId, points, essay, grade };
  await prisma.$transaction((tx) => saveProvisional(tx, provisional, now()));
}

interface Provisional extends Payload<'grading'> {
  /** In hundredths. */
  readonly points: number;
  readonly essay: Essay;
  readonly grade: ProvisionalGrade;
}

async function saveProvisional(
  tx: Transaction,
  { attemptId, questionId, points, essay, grade }: Provisional,
  now: Date,
): Promise<void> {
  const attempt = await holdAttempt(tx, attemptId);
  if (attempt?.status !== 'submitted') return;
  const score = fromHundredths(shareOf(points, grade.share));
  const grades = [{ questionId, score, feedback: grade.feedback }];
  await tx.$executeRaw(gradesStatement(attemptId, grades, 'provisional', now));
  await tx.essaySignature.createMany({
    data: { attemptId, questionId, hashes: [...essay.signature], createdAt: now },
    skipDuplicates: true,
  });
  await settleAttempt(tx, attempt, now);
}

/** Of other learners' essays on the same question, newest first. */
async function findSignatures(
  prisma: PrismaClient,
  questionId: string,
  enrolmentId: string,
): Promise<readonly (readonly number[])[]> {
  const rows = await prisma.$queryRaw<{ hashes: number[] }[]>`
    SELECT s.hashes FROM essay_signatures s JOIN attempts a ON a.id = s.attempt_id
    WHERE s.question_id = ${questionId}::uuid AND a.enrolment_id <> ${enrolmentId}::uuid
    ORDER BY s.created_at DESC LIMIT ${compared}`;
  return rows.map(({ hashes }) => hashes);
}

export interface Override {
  readonly attemptId: string;
  readonly questionId: string;
  readonly graderId: string;
  readonly score: number;
  readonly reason: string;
  readonly feedback?: string | undefined;
  /** The version of the attempt that the teacher has read. */
  readonly version: number;
}

/**
 * A teacher's grade for one answer, with its trail.
 *
 * @throws Problem 404 without such an answer or before submission, 412 when the attempt has changed
 *   since, 422 for more points than there are
 */
export async function overrideGrade(
  prisma: Pick<PrismaClient, '$transaction'>,
  override: Override,
  now: Date,
): Promise<void> {
  const { attemptId, questionId, graderId, reason, version } = override;
  await prisma.$transaction(async (tx) => {
    const attempt = await holdAttempt(tx, attemptId);
    if (!attempt || attempt.status === 'open') throw notFound();
    if (attempt.version !== version) throw changedSince();
    const where = { attemptId_questionId: { attemptId, questionId } };
    const answer = await tx.attemptAnswer.findUnique({ where });
    if (!answer) throw notFound();
    if (answer.points.lessThan(override.score)) throw tooManyPoints(answer.points);
    const toScore = new Prisma.Decimal(override.score).toFixed(2);
    const { feedback } = override;
    const grade = { questionId, score: toScore, ...(feedback !== undefined && { feedback }) };
    await tx.$executeRaw(gradesStatement(attemptId, [grade], 'teacher', now));
    await tx.gradeOverride.create({
      data: { attemptId, questionId, graderId, fromScore: answer.score, toScore, reason },
    });
    await settleAttempt(tx, attempt, now);
  });
}

function tooManyPoints(points: Prisma.Decimal): Error {
  const detail = `The answer is worth ${points.toFixed(2)} points.`;
  return invalid([{ pointer: '#/score', rule: `too_big:${points}`, detail }]);
}
