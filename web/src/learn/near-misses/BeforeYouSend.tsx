/** What anonymity cannot do, said before anything is sent. */

export function BeforeYouSend({ warning }: { warning: boolean }) {
  return (
    <section className="before" aria-label="Before you send it">
      <h2>Before you send it</h2>
      <ul>
        <li>
          <strong>How you write can give you away.</strong> Short, plain sentences say the same and sound like
          anybody.
        </li>
        <li>
          <strong>In a small team, what you saw can give you away.</strong> Leave out your part and the shift,
          or wait a few days: nothing here asks when.
        </li>
        <li>
          <strong>Networks keep notes of their own.</strong> A company’s network or browser can note that this
          page was open. A private phone on its own connection is noted by nobody here.
        </li>
        {warning ? (
          <li>
            <strong>“Again this week” goes out at once,</strong> so whoever answers knows that it was sent
            just now. Everything else is found tomorrow morning, all together.
          </li>
        ) : null}
      </ul>
      <h2>Two exceptions</h2>
      <p>
        <strong>A crime</strong> and <strong>harm done on purpose</strong> are no near misses. Tell the person
        who is responsible for it, or the police. What is written here about them can be handed on: the text,
        and the day. There is nothing else to hand on. If somebody is in danger now, call; do not write.
      </p>
    </section>
  );
}
