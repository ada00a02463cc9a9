import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { StringKey } from '../../strings/text.ts';

/** A section, and what of it: the name of a secret. */
export interface SectionPlace {
  section: string;
  about?: string;
}

export interface SectionProps {
  about: string | undefined;
  goTo: (place: SectionPlace) => void;
}

export interface Section {
  id: string;
  title: StringKey;
  icon: LucideIcon;
  component: ComponentType<SectionProps>;
}
