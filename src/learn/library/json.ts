/** A postmortem as JSON: everything of the copy in a documented shape, whose `sections` can be saved again as they are. */
import { z } from 'zod';
import { actionItem, sections } from '../shapes.ts';
import type { Copy } from './copy.ts';

const FORMAT = 'humdrum-postmortem';
const FORMAT_VERSION = 1;

export const postmortemFile = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  state: z.enum(['draft', 'published']).describe('draft: what would be published'),
  title: z.string(),
  publishedAt: z.string().nullable(),
  exportedAt: z.string(),
  organisation: z.string().nullable(),
  incident: z.object({
    id: z.string(),
    number: z.number(),
    severity: z.string().describe('The highest that it had'),
    services: z.array(z.string()),
    impactStartedAt: z.string().nullable(),
    detectedAt: z.string(),
    restoredAt: z.string().nullable(),
  }),
  sections: sections.describe('As PUT /api/v1/postmortems/{id} takes them'),
  actionItems: z.array(actionItem),
});

export function jsonOf(copy: Copy): z.input<typeof postmortemFile> {
  return { format: FORMAT, formatVersion: FORMAT_VERSION, ...copy };
}
