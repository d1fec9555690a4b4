/** Atom and RSS in one shape, whatever they are called in which format; read by feedsmith. */
import { parseFeed } from 'feedsmith';
import { Failed } from '#platform/errors.ts';
import { lookOf, momentOf, plain, textOf } from '../decode.ts';
import type { Page } from '../reading.ts';

export type Item = {
  id: string;
  title: string;
  text: string;
  url: string | null;
  categories: string[];
  publishedAt: Temporal.Instant | undefined;
  updatedAt: Temporal.Instant | undefined;
};

const ITEMS_MAX = 500;

/** @returns the items in the order of the feed @throws Failed for what is neither Atom nor RSS */
export function itemsOf(page: Page): Item[] {
  const text = textOf(page).trimStart();
  // The parser takes JSON Feed and web pages for what they are; we say it in words.
  if (!text.startsWith('<')) throw new Failed(`It answered ${lookOf(text)} where Atom or RSS was expected.`);
  const parsed = parsedOf(text);
  switch (parsed.format) {
    case 'rss':
    case 'rdf':
      return (parsed.feed.items ?? []).slice(0, ITEMS_MAX).map((item) => {
        const date = 'pubDate' in item ? momentOf(item.pubDate) : momentOf(item.dc?.dates?.[0]);
        const guid = 'guid' in item ? item.guid?.value : undefined;
        const content = item.content?.encoded ?? item.description ?? '';
        const categories =
          'categories' in item ? (item.categories ?? []).flatMap((each) => each.name ?? []) : [];
        return {
          id: guid ?? item.link ?? item.title ?? '',
          title: plain(item.title ?? ''),
          text: plain(content),
          url: item.link ?? null,
          categories,
          publishedAt: date,
          updatedAt: date,
        };
      });
    case 'atom':
      return (parsed.feed.entries ?? []).slice(0, ITEMS_MAX).map((entry) => ({
        id: entry.id ?? entry.links?.[0]?.href ?? '',
        title: plain(entry.title?.value ?? ''),
        text: plain(entry.content?.value ?? entry.summary?.value ?? ''),
        url:
          (entry.links?.find((each) => (each.rel ?? 'alternate') === 'alternate') ?? entry.links?.[0])
            ?.href ?? null,
        categories: (entry.categories ?? []).flatMap((each) => each.label ?? each.term ?? []),
        publishedAt: momentOf(entry.published) ?? momentOf(entry.updated),
        updatedAt: momentOf(entry.updated) ?? momentOf(entry.published),
      }));
    case 'json':
      throw new Failed('It answered JSON where Atom or RSS was expected.');
  }
}

function parsedOf(text: string): ReturnType<typeof parseFeed> {
  try {
    return parseFeed(text);
  } catch {
    throw new Failed(`It answered ${lookOf(text)} where Atom or RSS was expected.`);
  }
}
