/**
 * Lets a person choose a file of theirs.
 * @param accept endings that are offered: `.json`
 * @param onFile called with what was chosen; not at all when nothing was
 */
export function pickFile(accept: string, onFile: (file: File) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) onFile(file);
  });
  input.click();
}
