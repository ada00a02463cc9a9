import type { CallCourse, CallTry } from '../../core/capabilities/capabilities.ts';
import { shownTime } from './figures.ts';

/** One try in words: `spare: http.503 after 120 ms, breaker open, again after 480 ms`. */
export function tryText({ profile, class: errorClass, unsent, ms, queuedMs, waitMs, breaker }: CallTry): string {
  if (unsent) return `${profile}: not asked (${errorClass})`;
  const parts = [
    ...(queuedMs === undefined ? [] : [`queued for ${shownTime(queuedMs)}`]),
    `${errorClass ?? 'answered'} after ${shownTime(ms)}`,
    ...(breaker === undefined ? [] : [`breaker ${breaker}`]),
    ...(waitMs === undefined ? [] : [`again after ${shownTime(waitMs)}`]),
  ];
  return `${profile}: ${parts.join(', ')}`;
}

/** Who answered in place of the profile that was asked; undefined when that one did. */
export function fallbackText({ fallback }: CallCourse): string | undefined {
  if (fallback === undefined) return undefined;
  const { place, name, because } = fallback;
  const who = name === 'value' ? 'the value of the policy' : name === 'person' ? 'a person' : name;
  return `answered by ${who}, fallback ${place}, because of ${because}`;
}

/** A whole course in a line. */
export function courseText(course: CallCourse): string {
  return [...(course.tries ?? []).map(tryText), fallbackText(course) ?? []].flat().join('; ');
}
