/** Certificates: for their learners as PDF, for anybody to verify, for staff to revoke. */
import { z } from 'zod';
import { courseRights } from '../courses/rights.ts';
import type { PrismaClient } from '../database/generated/client.ts';
import { type Caller, openRoute, type Route, signedInRoute } from '../http/route.ts';
import { conflict, notFound, Problem } from '../problem.ts';
import { parseCode } from './code.ts';
import { issueCertificate } from './issue.ts';
import { verifyUrlOf } from './job.ts';
import { verificationPage } from './page.ts';
import { type CertificateRow, findByCode, findByEnrolment, findPdf, revoke } from './store.ts';

interface CertificateParts {
  readonly prisma: PrismaClient;
  readonly publicUrl: string;
  readonly now?: () => Date;
}

const tag = 'certificates';
const time = z.iso.datetime({ offset: true });
const byCode = z.strictObject({ code: z.string().max(60) });
const byEnrolment = z.strictObject({ enrolmentId: z.uuid() });

const certificateSchema = z
  .strictObject({
    code: z.string(),
    learnerName: z.string(),
    courseTitle: z.string(),
    issuedAt: time,
    valid: z.boolean(),
    revokedAt: time.nullable(),
    verifyUrl: z.url(),
  })
  .meta({ id: 'Certificate' });

export function certificateRoutes(parts: CertificateParts): readonly Route[] {
  return [
    issueRoute(parts),
    pdfRoute(parts),
    verifyRoute(parts),
    pageRoute(parts),
    revokeRoute(parts),
  ];
}

function issueRoute({ prisma, publicUrl, now = () => new Date() }: CertificateParts): Route {
  return signedInRoute({
    method: 'put',
    path: '/api/v1/enrolments/{enrolmentId}/certificate',
    summary: 'The certificate of your completed enrolment, issued if it was not yet',
    tag,
    params: byEnrolment,
    answers: { 200: certificateSchema },
    answer: async ({ caller, params: { enrolmentId } }) => {
      const enrolment = await prisma.enrolment.findUnique({ where: { id: enrolmentId } });
      if (!enrolment) throw notFound();
      await requireOwnOrTaught(prisma, enrolment, caller);
      await prisma.$transaction((tx) => issueCertificate(tx, enrolmentId, now()));
      const certificate = await findByEnrolment(prisma, enrolmentId);
      if (!certificate) throw conflict('not-completed', `The enrolment is ${enrolment.status}.`);
      return { status: 200, body: show(certificate, publicUrl) };
    },
  });
}

/** @throws Problem 404 for everybody but the learner and those who teach the course */
async function requireOwnOrTaught(
  prisma: PrismaClient,
  { userId, courseId }: { readonly userId: string; readonly courseId: string },
  caller: Caller,
): Promise<void> {
  if (userId === caller.userId) return;
  const rights = await courseRights(prisma, courseId, caller);
  if (!rights.mayTeach) throw notFound();
}

async function certificateBy(prisma: PrismaClient, typed: string): Promise<CertificateRow> {
  const code = parseCode(typed);
  const certificate = code === undefined ? null : await findByCode(prisma, code);
  if (!certificate) throw notFound('There is no certificate with this code.');
  return certificate;
}

function pdfRoute({ prisma }: CertificateParts): Route {
  return signedInRoute({
    method: 'get',
    path: '/api/v1/certificates/{code}/pdf',
    summary: 'A certificate as PDF: for its learner and their teachers',
    tag,
    params: byCode,
    answers: { 200: { file: 'application/pdf' } },
    answer: async ({ caller, params }) => {
      const certificate = await certificateBy(prisma, params.code);
      await requireOwnOrTaught(prisma, certificate.enrolment, caller);
      if (certificate.revokedAt) throw conflict('revoked', 'The certificate was revoked.');
      const bytes = await findPdf(prisma, certificate.id);
      if (!bytes) throw notDrawn();
      const headers = { 'Content-Disposition': `inline; filename="${certificate.code}.pdf"` };
      return { status: 200, file: { type: 'application/pdf', bytes }, headers };
    },
  });
}

function notDrawn(): Error {
  const headers = { 'Retry-After': '2' };
  return new Problem(404, 'not-drawn', 'It is being drawn; ask again in a moment.', { headers });
}

function verifyRoute({ prisma, publicUrl }: CertificateParts): Route {
  return openRoute({
    method: 'get',
    path: '/api/v1/certificates/{code}',
    summary: 'Verify a certificate by its code',
    tag,
    access: 'anyone',
    params: byCode,
    answers: { 200: certificateSchema },
    answer: async ({ params }) => {
      const certificate = await certificateBy(prisma, params.code);
      return { status: 200, body: show(certificate, publicUrl) };
    },
  });
}

function pageRoute({ prisma }: CertificateParts): Route {
  return openRoute({
    method: 'get',
    path: '/verify/{code}',
    summary: 'Verify a certificate by its code, as a page',
    tag,
    access: 'anyone',
    params: byCode,
    answers: { 200: { file: 'text/html; charset=utf-8' } },
    answer: async ({ params }) => {
      const certificate = await certificateBy(prisma, params.code);
      const bytes = verificationPage(certificate.code, certificate);
      return { status: 200, file: { type: 'text/html; charset=utf-8', bytes } };
    },
  });
}

function revokeRoute({ prisma, publicUrl, now = () => new Date() }: CertificateParts): Route {
  return signedInRoute({
    method: 'post',
    path: '/api/v1/certificates/{code}/revocation',
    summary: 'Revoke a certificate, as a teacher of its course',
    tag,
    params: byCode,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    answers: { 200: certificateSchema },
    answer: async ({ caller, params, body }) => {
      const certificate = await certificateBy(prisma, params.code);
      const { courseId } = certificate.enrolment;
      const rights = await courseRights(prisma, courseId, caller);
      if (!rights.mayTeach) throw notFound();
      await revoke(prisma, certificate.id, body.reason, now());
      return { status: 200, body: show(await certificateBy(prisma, params.code), publicUrl) };
    },
  });
}

/** What the public learns: never the reason of a revocation, nor who the learner is beyond the name. */
function show(certificate: CertificateRow, publicUrl: string) {
  const { code, learnerName, courseTitle, issuedAt, revokedAt } = certificate;
  const verifyUrl = verifyUrlOf(publicUrl, code);
  return {
    code,
    learnerName,
    courseTitle,
    issuedAt,
    valid: revokedAt === null,
    revokedAt,
    verifyUrl,
  };
}
