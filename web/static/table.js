// Readings as files: JSON as the API answers, and CSV with the columns and quotes of `digits-scan --output FILE.csv`.

import { insertMarks } from "./entries.js";

const COLUMNS = [
  "file", "page", "line", "text", "marked", "confidence", "status", "x", "y", "width", "height", "read", "error",
];

/** What a spreadsheet takes for the start of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** By this mark Excel knows UTF-8. */
const MARK = "\ufeff";

/** Return readings and failures, {source, error}, as a file of JSON; the pictures are left out. */
export function toJson(records) {
  const readings = records.map(({ picture, ...record }) => record);
  return `${JSON.stringify({ readings }, null, 1)}\n`;
}

/** Return them as a table: one row for each string; texts stand in quotes, so that leading zeros stay. */
export function toCsv(records) {
  const rows = records.flatMap((record) => toRows(record));
  const head = COLUMNS.map((column) => write("", column));
  return MARK + [head, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function toRows(record) {
  const row = (values) => COLUMNS.map((column) => write(column, values[column] ?? ""));
  const file = record.source;
  if (record.error) return [row({ file, error: record.error })];
  if (!record.lines.length) return [row({ file, page: record.page })];
  return record.lines.map((line, i) => {
    const [x, y, width, height] = line.box;
    const { text, confidence } = line;
    const [page, marked] = [record.page, insertMarks(line)];
    return row({ file, page, line: i + 1, text, marked, confidence, x, y, width, height });
  });
}

/** Return a value as the scanner's table has it: texts in quotes, 1 as "1.0" where it is a confidence. */
function write(column, value) {
  if (typeof value === "number") return column === "confidence" && value % 1 === 0 ? value.toFixed(1) : String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}
