import { describe, expect, it } from 'vitest';
import { valuePort, variablePorts } from './variables.ts';

describe('ports of nodes that fill a text', () => {
  it('need a value exactly when the text names it', () => {
    expect(valuePort('value.size() > 3').value.required).toBe(true);
    expect(valuePort('{{ value }}').value.required).toBe(true);
    expect(valuePort('values.size() + evaluate').value.required).toBeUndefined();
  });

  it('need each declared variable', () => {
    expect(variablePorts(['a'])).toEqual({ a: { type: 'any', required: true } });
  });
});
