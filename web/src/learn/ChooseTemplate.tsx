/** Which template of the organisation this postmortem follows; shown only where there is one to choose. */
import { Button, Select } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { PostmortemTemplate } from '#src/learn/template.ts';
import { get, put } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';
import type { Writing } from './writing.ts';

export type ShownTemplate = PostmortemTemplate & { updatedBy: string; updatedAt: string };

export const postmortemTemplatesQuery = queryOptions({
  queryKey: ['postmortem-templates'],
  queryFn: ({ signal }) => get<{ items: ShownTemplate[] }>('/postmortem-templates', {}, signal),
});

const NONE = 'none';

export function ChooseTemplate({ postmortem, writing }: { postmortem: Postmortem; writing: Writing }) {
  const templates = useQuery(postmortemTemplatesQuery).data?.items ?? [];
  const { template } = postmortem;
  const choose = useAct({
    does: async (templateId: string | null) => {
      await writing.saveNow();
      await put(`/postmortems/${postmortem.id}/template`, { templateId });
    },
    doubt: LEARN_KEYS,
    inForm: true,
    said: 'It asks these questions now. What was written stayed.',
  });
  if (templates.length === 0 && !template) return null;
  const current = templates.find(({ id }) => id === template?.id);
  const gone = template && !current;
  const newer = template && current && current.version > template.version;
  return (
    <section className="section" aria-labelledby="template">
      <h2 id="template" className="label">
        Template
      </h2>
      <div style={{ maxWidth: 420, marginTop: 8 }}>
        <Select
          aria-label="Template"
          size="md"
          allowDeselect={false}
          disabled={choose.isPending}
          data={[
            { value: NONE, label: 'Only the usual questions' },
            ...templates.map(({ id, name }) => ({ value: id, label: name })),
            ...(gone ? [{ value: template.id, label: `${template.name} (removed)`, disabled: true }] : []),
          ]}
          value={template?.id ?? NONE}
          onChange={(chosen) => chosen && choose.mutate(chosen === NONE ? null : chosen)}
        />
      </div>
      {newer ? (
        <p className="small quiet">
          “{template.name}” was changed since.{' '}
          <Button variant="subtle" size="compact-md" onClick={() => choose.mutate(current.id)}>
            Ask what it asks now
          </Button>
        </p>
      ) : null}
      <Refusal error={choose.error} />
    </section>
  );
}
