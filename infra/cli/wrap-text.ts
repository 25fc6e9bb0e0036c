/**
 * A line of text broken at spaces into lines of at most `width` characters; those after the first start with `indent`.
 * A word that is wider than a line stays whole.
 */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const lead = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = lead;
  let isEmpty = true;
  for (const word of text.trim().split(/\s+/)) {
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (!isEmpty && longer.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = longer;
    }
    isEmpty = false;
  }
  return [...lines, line];
}
