/** A policy as sentences that a person can agree to. */
import type { ReadablePolicy } from './policy.ts';

export function Sentences({ policy }: { policy: ReadablePolicy }) {
  return (
    <>
      <section>
        <h2 className="label">In general</h2>
        <ul className="rows prose">
          {policy.general.map((sentence) => (
            <li key={sentence} className="sentence-row">
              {sentence}
            </li>
          ))}
        </ul>
      </section>
      <section className="section">
        <h2 className="label">Promises, and who hears when one is late</h2>
        <dl className="facts promises-facts">
          {policy.promises.map(({ kind, name, learning, sentences }) => (
            <div key={kind} className="promise">
              <dt>
                {name}
                {learning ? <span className="small quiet"> · mail only, never a page</span> : null}
              </dt>
              <dd>
                {sentences.map((sentence) => (
                  <p key={sentence}>{sentence}</p>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
