// biome-ignore-all lint/suspicious/noArrayIndexKey: the parts of one text never move
/** Markdown as the server has read it: a tree of words and blocks, so that nothing of it can be HTML. */
import type { ReactNode } from 'react';
import type { Block, Inline } from '#src/restore/playbooks/blocks.ts';
import { Copied } from '../pieces/Copied.tsx';

export function Blocks({ of }: { of: Block[] }) {
  return of.map((block, index) => <OneBlock key={index} block={block} />);
}

function OneBlock({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case 'heading': {
      // The screen has its own title, so that a heading of the text begins one level lower.
      const Heading = block.level <= 1 ? 'h2' : block.level === 2 ? 'h3' : 'h4';
      return (
        <Heading className="playbook-heading" data-level={block.level}>
          <Words of={block.of} />
        </Heading>
      );
    }
    case 'paragraph':
      return (
        <p>
          <Words of={block.of} />
        </p>
      );
    case 'code':
      return <Copied label={block.language || 'command'} text={block.text} />;
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index}>
          <Blocks of={item} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return (
        <blockquote>
          <Blocks of={block.of} />
        </blockquote>
      );
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div className="blocks-table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell, index) => (
                  <th key={index}>
                    <Words of={cell} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column}>
                      <Words of={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'rule':
      return <hr />;
  }
}

export function Words({ of }: { of: Inline[] }) {
  return of.map((word, index) => <Word key={index} word={word} />);
}

function Word({ word }: { word: Inline }): ReactNode {
  switch (word.kind) {
    case 'text':
      return word.text;
    case 'code':
      return <code>{word.text}</code>;
    case 'break':
      return <br />;
    case 'strong':
      return (
        <strong>
          <Words of={word.of} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Words of={word.of} />
        </em>
      );
    case 'struck':
      return (
        <s>
          <Words of={word.of} />
        </s>
      );
    case 'link':
      return (
        <a href={word.href} target="_blank" rel="noreferrer noopener">
          <Words of={word.of} />
        </a>
      );
    case 'variable':
      return word.value === null ? (
        <span className="filled-gap">{word.name}</span>
      ) : (
        <span className="filled-gap" data-filled="">
          {word.value}
        </span>
      );
  }
}
