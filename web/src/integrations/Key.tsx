/** The key and what to paste where. The key itself is only here once; afterwards its place is marked. */
import { Copied } from '../pieces/Copied.tsx';
import type { Integration } from './kinds.ts';
import { baseOf, snippetsOf } from './snippets.ts';

export function ShownKey({ value }: { value: string }) {
  return (
    <div className="notice" role="status">
      <p style={{ marginBottom: 8 }}>
        This key is shown once, now. Copy it, or what stands below, before you leave.
      </p>
      <Copied label="Key" text={value} wrapped />
    </div>
  );
}

export function Snippets({ integration, value }: { integration: Integration; value: string | undefined }) {
  const base = baseOf(integration.addresses, location.origin);
  const key = value ?? `<the key that ends in ${integration.keyHint}>`;
  const known = integration.addresses.some((each) => each.startsWith('http'));
  return (
    <section className="section">
      <h2 className="label">What to paste</h2>
      {known ? null : (
        <p className="quiet small">
          HUMDRUM_URL is not set, so this is the address in your browser. Use the one under which monitoring
          reaches this machine.
        </p>
      )}
      <div
        style={{
          display: 'grid',
          gridTemplateColumns: 'minmax(0, 1fr)',
          gap: 16,
          marginTop: 12,
          maxWidth: 860,
        }}
      >
        {snippetsOf(integration.kind, { base, key }).map((each) => (
          <div key={each.label}>
            <Copied label={each.label} text={each.text} />
            {each.hint ? (
              <p className="quiet small" style={{ marginTop: 8 }}>
                {each.hint}
              </p>
            ) : null}
          </div>
        ))}
      </div>
    </section>
  );
}
