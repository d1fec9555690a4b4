/** Comma-separated values, as spreadsheets write and read them (RFC 4180). Pure. */

export type CsvRow = { line: number; cells: string[] };

/** A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read without. */
const FORMULA = /^[=+\-@\t\r]/;
const GUARDED = /^'(?=[=+\-@\t\r])/;

/**
 * @returns the rows that are not empty, each with the line on which it begins
 * @throws Error with the line of a quotation mark that is never closed
 */
export function readCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const separator = separatorOf(text);
  let cells: string[] = [];
  let [cell, line, begun, quotedSince] = ['', 1, 1, 0];
  const endRow = () => {
    cells.push(cell);
    if (cells.some((each) => each.trim() !== '')) rows.push({ line: begun, cells: cells.map(clean) });
    [cells, cell] = [[], ''];
  };
  const source = text.replace(/^\uFEFF/, '');
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at]!;
    if (char === '\n') line += 1;
    if (quotedSince) {
      if (char !== '"') cell += char;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quotedSince = 0;
    } else if (char === '"' && cell.trim() === '') [cell, quotedSince] = ['', line];
    else if (char === separator) {
      cells.push(cell);
      cell = '';
    } else if (char === '\n') {
      endRow();
      begun = line;
    } else if (char !== '\r') cell += char;
  }
  if (quotedSince) throw new Error(`The quotation mark on line ${quotedSince} is never closed.`);
  endRow();
  return rows;
}

/** Some countries' spreadsheets write semicolons. */
function separatorOf(text: string): string {
  const [head = ''] = text.split('\n', 1);
  const count = (separator: string) => head.split(separator).length;
  return [',', ';', '\t'].toSorted((one, other) => count(other) - count(one))[0]!;
}

function clean(cell: string): string {
  return cell.trim().replace(GUARDED, '');
}

export function csvLine(cells: (string | number | null)[]): string {
  return `${cells.map((each) => csvCell(each === null ? '' : String(each))).join(',')}\r\n`;
}

function csvCell(value: string): string {
  const guarded = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
