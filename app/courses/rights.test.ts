import { expect, test } from 'vitest';
import type { PlatformRole } from '../http/route.ts';
import type { CourseRole } from './course.ts';
import { requireRight, rightsOf } from './rights.ts';

test.each<{ platform: PlatformRole | null; roles: CourseRole[]; rights: string }>([
  { platform: null, roles: [], rights: '' },
  { platform: null, roles: ['observer'], rights: '' },
  { platform: null, roles: ['assistant'], rights: 'see teach' },
  { platform: null, roles: ['designer'], rights: 'see edit' },
  { platform: null, roles: ['assistant', 'designer'], rights: 'see edit teach' },
  { platform: null, roles: ['teacher'], rights: 'see edit teach' },
  { platform: 'support', roles: [], rights: 'see' },
  { platform: 'administrator', roles: [], rights: 'see edit teach' },
])('$platform $roles may: $rights', ({ platform, roles, rights }) => {
  const { maySee, mayEdit, mayTeach } = rightsOf(platform, roles);
  const words = [maySee && 'see', mayEdit && 'edit', mayTeach && 'teach'].filter(Boolean);
  expect(words.join(' ')).toBe(rights);
});

test('a draft does not exist for outsiders; a published course refuses them', () => {
  const outsider = rightsOf(null, []);
  expect(() => requireRight(outsider, 'mayEdit', 'draft')).toThrow(
    expect.objectContaining({ status: 404 }),
  );
  expect(() => requireRight(outsider, 'mayEdit', 'published')).toThrow(
    expect.objectContaining({ status: 403 }),
  );
});
