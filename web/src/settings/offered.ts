/** A link that is shown once: whole when the public address is known, else put together from the one in the browser. */
export type Offered = {
  id: string;
  email: string;
  role: string;
  expiresAt: string;
  path: string;
  link: string | null;
};

export function linkOf({ link, path }: Offered): string {
  return link ?? location.origin + path;
}
