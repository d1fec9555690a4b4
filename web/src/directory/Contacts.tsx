/** The people of a client who are told: added, changed, archived in place. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { patch, post } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { languageName } from '../words/language.ts';
import { type ContactFields, ContactForm } from './ContactForm.tsx';
import { DIRECTORY_KEYS, type Views } from './kinds.ts';
import { ToldByList } from './ToldByList.tsx';

type Client = Views['clients'];
type Contact = Client['contacts'][number];

export function Contacts({ client }: { client: Client }) {
  const administrator = useSession()?.role === 'administrator' && !client.archivedAt;
  const [open, setOpen] = useState<string>();
  const add = useAct({
    does: (fields: ContactFields) => post('/contacts', { ...fields, clientId: client.id }),
    doubt: DIRECTORY_KEYS,
    inForm: true,
    done: () => setOpen(undefined),
  });
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">Contacts: who is told</h2>
      </div>
      {client.contacts.length === 0 ? (
        <p className="red">Nobody: this client cannot be told when its services break.</p>
      ) : null}
      <ul className="rows">
        {client.contacts.map((contact) =>
          open === contact.id ? (
            <li key={contact.id} style={{ padding: '16px 0' }}>
              <EditContact contact={contact} close={() => setOpen(undefined)} />
            </li>
          ) : (
            <ContactRow
              key={contact.id}
              contact={contact}
              edit={administrator ? () => setOpen(contact.id) : undefined}
            />
          ),
        )}
      </ul>
      {open === 'new' ? (
        <div style={{ marginTop: 16 }}>
          <ContactForm
            contact={undefined}
            button="Add the contact"
            busy={add.isPending}
            error={add.error}
            send={add.mutate}
            cancel={() => setOpen(undefined)}
          />
        </div>
      ) : administrator ? (
        <Button variant="default" mt="md" onClick={() => setOpen('new')}>
          Add a contact
        </Button>
      ) : null}
    </section>
  );
}

function ContactRow({ contact, edit }: { contact: Contact; edit: (() => void) | undefined }) {
  const archive = useAct({ does: () => post(`/contacts/${contact.id}/archival`), doubt: DIRECTORY_KEYS });
  return (
    <li className="record">
      <span className="record-title">
        {contact.name}
        {contact.role ? <span className="quiet small"> · {contact.role}</span> : null}
      </span>
      <span className="record-end">
        {edit ? (
          <>
            <Button variant="subtle" size="compact-md" onClick={edit} aria-label={`Edit ${contact.name}`}>
              Edit
            </Button>
            <Confirm
              words="Archive"
              size="compact-md"
              title={`Archive ${contact.name}`}
              button={`Archive ${contact.name}`}
              busy={archive.isPending}
              act={(close) => archive.mutate(undefined, { onSettled: close })}
            >
              <p>{contact.name} is no longer told. What was sent stays on record.</p>
            </Confirm>
          </>
        ) : null}
      </span>
      <span className="small quiet">
        {contact.email ?? 'no email'}
        {contact.phone ? ` · ${contact.phone}` : ''} · {languageName(contact.language)} · {contact.zone}
      </span>
      {contact.channels.some((channel) => !channel.offAt) ? null : (
        <span className="small amber">No channel: can only be called.</span>
      )}
      <ToldByList
        channels={contact.channels}
        owner={{ contactId: contact.id }}
        mayTest={edit !== undefined}
      />
    </li>
  );
}

function EditContact({ contact, close }: { contact: Contact; close: () => void }) {
  const save = useAct({
    does: (fields: ContactFields) => patch(`/contacts/${contact.id}`, fields),
    doubt: DIRECTORY_KEYS,
    inForm: true,
    done: close,
  });
  return (
    <ContactForm
      contact={contact}
      button="Save"
      busy={save.isPending}
      error={save.error}
      send={save.mutate}
      cancel={close}
    />
  );
}
