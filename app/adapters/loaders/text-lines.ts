/** Collects running text into lines: single spaces within a line, at most one blank line between two. */
export class TextLines {
  readonly #lines: string[] = [];
  #line = '';
  /** What the line began with by itself, such as `- `: no line of its own. */
  #mark = '';
  #space = false;
  #blank = false;

  write(text: string): void {
    const words = text.replaceAll(/[\s\u00a0]+/g, ' ');
    if (words === '') return;
    const apart = (this.#space || words.startsWith(' ')) && this.#line !== this.#mark && !this.#line.endsWith(' ');
    const core = words.trim();
    if (core !== '') this.#line += (apart ? ' ' : '') + core;
    this.#space = words.endsWith(' ') || (core === '' && apart);
  }

  writeVerbatim(text: string): void {
    const [first = '', ...rest] = text.split('\n');
    this.#line += first;
    for (const line of rest) {
      this.#flush();
      this.#line = line;
    }
  }

  /** Begins a line with a mark, which goes again when nothing follows it. */
  begin(mark: string, blank: boolean): void {
    this.end(blank);
    this.#line = mark;
    this.#mark = mark;
  }

  endCell(): void {
    if (this.#line !== '' && !this.#line.endsWith(' | ')) this.#line += ' | ';
    this.#space = false;
  }

  /** Ends the line when it holds more than its mark; a block within a list item goes on after the mark. */
  split(blank: boolean): void {
    if (this.#line === '' || this.#line !== this.#mark) this.end(blank);
  }

  end(blank: boolean): void {
    if (this.#line !== '' && this.#line !== this.#mark) this.#flush();
    this.#line = '';
    this.#mark = '';
    this.#space = false;
    if (blank) this.#blank = true;
  }

  /** The line as it is so far, without its mark. */
  current(): string {
    return this.#line.slice(this.#mark.length);
  }

  text(): string {
    this.end(false);
    return this.#lines.join('\n').trimEnd().toWellFormed();
  }

  #flush(): void {
    if (this.#blank && this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
    const line = this.#line.trimEnd();
    this.#lines.push(line.endsWith(' |') ? line.slice(0, -2).trimEnd() : line);
    this.#line = '';
    this.#mark = '';
    this.#blank = false;
  }
}
