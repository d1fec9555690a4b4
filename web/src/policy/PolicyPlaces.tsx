/** The policy to be read, and its versions. */
import { Link } from '@tanstack/react-router';

export function PolicyPlaces({ current }: { current: 'sentences' | 'versions' | 'edit' }) {
  return (
    <nav className="places" aria-label="Parts of the policy">
      <Link
        to="/policy"
        activeOptions={{ exact: true }}
        aria-current={current === 'sentences' ? 'page' : undefined}
      >
        In sentences
      </Link>
      <Link to="/policy/edit" aria-current={current === 'edit' ? 'page' : undefined}>
        As a document
      </Link>
      <Link to="/policy/versions" aria-current={current === 'versions' ? 'page' : undefined}>
        Versions
      </Link>
    </nav>
  );
}
