/** What the files of a folder mean: playbooks that can be carried out, and problems with their line. Pure. */

import { plainText } from './blocks.ts';
import type { FoundFile } from './folder.ts';
import { readFrontMatter, TITLE_CHARACTERS_MAX } from './front-matter.ts';
import type { Written } from './library.ts';
import { blocking } from './lint.ts';
import { parsePlaybook, TEXT_CHARACTERS_MAX } from './parse.ts';

export type Problem = { path: string; line: number; message: string };
export type ReadPlaybook = Written & { path: string };
export type Service = { id: string; name: string; slug: string };

const PROBLEMS_MAX = 200;

/**
 * @param others playbooks that were written in the app: a file of the same title and purpose is a conflict
 * @returns of files with a problem only the problems: the version that was read last stays
 */
export function meaningOf(
  files: FoundFile[],
  services: Service[],
  others: Omit<Written, 'body'>[],
): { playbooks: ReadPlaybook[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const playbooks: ReadPlaybook[] = [];
  const known = new Map(others.map((each) => [purposeOf(each), 'a playbook that was written in the app']));
  for (const file of files) {
    if ('problem' in file) {
      problems.push({ path: file.path, line: 1, message: file.problem });
      continue;
    }
    const read = playbookOf(file, services);
    problems.push(...read.problems);
    if (!read.playbook) continue;
    const purpose = purposeOf(read.playbook);
    const same = known.get(purpose);
    if (same)
      problems.push({
        path: file.path,
        line: 1,
        message: `is for the same as ${same}, and has its title; archive or rename one of them`,
      });
    if (!same) {
      known.set(purpose, file.path);
      playbooks.push(read.playbook);
    }
  }
  return { playbooks, problems: problems.slice(0, PROBLEMS_MAX) };
}

/** Two playbooks that are for the same and have one title are one. */
export function purposeOf({
  title,
  category,
  serviceIds,
}: {
  title: string;
  category: string | undefined;
  serviceIds: string[];
}): string {
  return JSON.stringify([title.trim().toLowerCase(), category ?? '', serviceIds.toSorted()]);
}

function playbookOf(
  file: { path: string; text: string },
  services: Service[],
): { playbook: ReadPlaybook | undefined; problems: Problem[] } {
  const at = (line: number, message: string): Problem => ({ path: file.path, line, message });
  const { head, body, linesBefore, problems } = readFrontMatter(file.text);
  const found = problems.map(({ line, message }) => at(line, message));
  if (body.length > TEXT_CHARACTERS_MAX)
    found.push(at(1, `has more than ${TEXT_CHARACTERS_MAX / 1024} KB of text`));
  if (found.length) return { playbook: undefined, problems: found };
  const serviceIds: string[] = [];
  for (const named of head.services) {
    const service = services.find(
      (each) => each.slug === named || each.name.toLowerCase() === named.toLowerCase(),
    );
    if (service) serviceIds.push(service.id);
    else
      found.push(
        at(lineOf(file.text, named), `names the service “${named}”, which the directory does not have`),
      );
  }
  const parsed = parsePlaybook(body);
  found.push(...blocking(parsed.findings).map(({ line, message }) => at(linesBefore + line, message)));
  const title = head.title ?? titleIn(parsed);
  if (!title) found.push(at(1, 'has no title: begin it with “# …”, or write “title: …” into its head'));
  if (found.length || !title) return { playbook: undefined, problems: found };
  return {
    playbook: {
      path: file.path,
      title,
      category: head.category,
      serviceIds: [...new Set(serviceIds)],
      body: body.trim(),
    },
    problems: [],
  };
}

function titleIn({ parts }: ReturnType<typeof parsePlaybook>): string | undefined {
  for (const part of parts)
    if (part.kind === 'block' && part.block.kind === 'heading')
      return plainText(part.block.of).slice(0, TITLE_CHARACTERS_MAX) || undefined;
  return undefined;
}

/** Where the head names a service; the same word may stand in the title above it. */
function lineOf(text: string, words: string): number {
  const lines = text.split('\n');
  const from = Math.max(
    0,
    lines.findIndex((line) => /^services?\s*:/.test(line)),
  );
  const index = lines.findIndex((line, at) => at >= from && line.includes(words));
  return index < 0 ? 1 : index + 1;
}
