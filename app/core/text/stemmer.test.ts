import { expect, it } from 'vitest';
import { stem } from './stemmer.ts';

// Pairs from Porter's paper and his sample vocabulary.
it.each(
  (
    'caresses caress|ponies poni|ties ti|caress caress|cats cat|feed feed|agreed agre|plastered plaster|bled bled|motoring motor|sing sing|' +
    'conflated conflat|troubled troubl|sized size|hopping hop|tanned tan|falling fall|hissing hiss|fizzed fizz|failing fail|filing file|' +
    'happy happi|sky sky|relational relat|conditional condit|rational ration|valenci valenc|digitizer digit|conformabli conform|' +
    'radicalli radic|differentli differ|vileli vile|analogousli analog|vietnamization vietnam|predication predic|operator oper|feudalism feudal|' +
    'decisiveness decis|hopefulness hope|callousness callous|formaliti formal|sensitiviti sensit|sensibiliti sensibl|triplicate triplic|' +
    'formative form|formalize formal|electriciti electr|electrical electr|hopeful hope|goodness good|revival reviv|allowance allow|' +
    'inference infer|airliner airlin|gyroscopic gyroscop|adjustable adjust|defensible defens|irritant irrit|replacement replac|' +
    'adjustment adjust|dependent depend|adoption adopt|homologou homolog|communism commun|activate activ|angulariti angular|' +
    'homologous homolog|effective effect|bowdlerize bowdler|probate probat|rate rate|cease ceas|controll control|roll roll|yes ye|years year'
  )
    .split('|')
    .map((pair) => pair.split(' ') as [string, string]),
)('%s → %s', (word, expected) => {
  expect(stem(word)).toBe(expected);
});

it('leaves alone what is no plain English word', () => {
  for (const word of ['at', 'größe', 'x86', '北京', `${'a'.repeat(50)}ing`]) expect(stem(word)).toBe(word);
});
