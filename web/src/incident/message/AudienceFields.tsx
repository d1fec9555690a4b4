/** Who reads it: named clients with counts, our own people, the public page; each can be ticked. */
import { Checkbox } from '@mantine/core';
import type { Audience, Readers } from './drafts.ts';

type Props = {
  readers: Readers;
  value: Audience;
  change: (audience: Audience) => void;
  /** Lines that stand elsewhere on the screen already. */
  said: readonly string[];
};

export function AudienceFields({ readers, value, change, said }: Props) {
  const chosen =
    value.clientIds === 'affected'
      ? readers.clients.filter((each) => each.included).map((each) => each.id)
      : value.clientIds;
  const toggle = (id: string) =>
    change({
      ...value,
      clientIds: chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id],
    });
  return (
    <fieldset className="audience">
      <legend className="field-label">Who reads it</legend>
      {readers.clients.map((client) => (
        <Checkbox
          key={client.id}
          label={`${client.name}, ${client.contacts || 'no message reaches it'}`}
          checked={chosen.includes(client.id)}
          onChange={() => toggle(client.id)}
        />
      ))}
      <Checkbox
        label={`Our own people${value.internal ? `, ${readers.internal}` : ''}`}
        checked={value.internal}
        onChange={(event) => change({ ...value, internal: event.currentTarget.checked })}
      />
      <Checkbox
        label="Public status page"
        checked={value.publicPage}
        onChange={(event) => change({ ...value, publicPage: event.currentTarget.checked })}
      />
      {readers.notSent
        .filter((each) => !said.includes(each))
        .map((each) => (
          <p className="quiet small" key={each}>
            {each}
          </p>
        ))}
    </fieldset>
  );
}
