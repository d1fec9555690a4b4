/** How JSON of any shape is read: one line per field, tried out on a pasted example. */
import { Fieldset, Select, Textarea, TextInput } from '@mantine/core';
import type { MappingText, PickName } from './mapping-text.ts';

type Field = { name: PickName; label: string; placeholder: string; table?: string; choices?: string[] };

const FIELDS: Field[] = [
  { name: 'title', label: 'Title', placeholder: 'message' },
  { name: 'dedupKey', label: 'Key: what makes two events the same', placeholder: 'check.id' },
  {
    name: 'action',
    label: 'Action',
    placeholder: 'status',
    table: 'down = trigger, up = resolve',
    choices: ['trigger', 'acknowledge', 'resolve'],
  },
  {
    name: 'severity',
    label: 'Severity',
    placeholder: 'level',
    table: 'crit = critical, warn = warning',
    choices: ['critical', 'error', 'warning', 'info'],
  },
  { name: 'service', label: 'Service', placeholder: 'labels.service' },
  { name: 'source', label: 'Source', placeholder: 'host.name' },
  { name: 'startedAt', label: 'Since when', placeholder: 'startsAt' },
  { name: 'link', label: 'Link', placeholder: 'url' },
];

export function MappingEditor({ text, change }: { text: MappingText; change: (text: MappingText) => void }) {
  const put = (name: PickName, part: Partial<MappingText[PickName]>) =>
    change({ ...text, [name]: { ...text[name], ...part } });
  return (
    <Fieldset legend="How the JSON is read" radius="md" className="mono-input">
      <p className="quiet small">
        A path such as <code>alert.labels.0.name</code>, or a fixed value after an equals sign such as{' '}
        <code>=error</code>. Leave all empty to read the usual names.
      </p>
      {FIELDS.map(({ name, label, placeholder, table, choices }) => (
        <div className={table ? 'mapping-line with-words' : 'mapping-line'} key={name}>
          <TextInput
            label={label}
            placeholder={placeholder}
            value={text[name].path}
            onChange={(event) => put(name, { path: event.currentTarget.value })}
          />
          {table ? (
            <TextInput
              label="Words"
              placeholder={table}
              value={text[name].words}
              onChange={(event) => put(name, { words: event.currentTarget.value })}
            />
          ) : null}
          {choices ? (
            <Select
              label="Otherwise"
              data={[
                { value: '', label: 'by the word itself' },
                ...choices.map((value) => ({ value, label: value })),
              ]}
              value={text[name].otherwise}
              onChange={(otherwise) => put(name, { otherwise: otherwise ?? '' })}
            />
          ) : null}
        </div>
      ))}
      <div className="mapping-line">
        <TextInput
          label="Where the list of events is, if there is one"
          placeholder="events"
          value={text.items}
          onChange={(event) => change({ ...text, items: event.currentTarget.value })}
        />
      </div>
      <Textarea
        label="Labels, one a line"
        placeholder={'team = owner.team\nregion = =eu-central'}
        autosize
        minRows={2}
        value={text.labels}
        onChange={(event) => change({ ...text, labels: event.currentTarget.value })}
      />
    </Fieldset>
  );
}
