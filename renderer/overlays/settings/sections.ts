import { Coins, HardDrive, Info, Keyboard, KeyRound, ServerCog, ShieldCheck, SlidersHorizontal } from 'lucide-react';
import { AboutSection } from './about-section.tsx';
import { CostsSection } from './costs-section.tsx';
import { GeneralSection } from './general-section.tsx';
import { GrantsSection } from './grants-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { ProfilesSection } from './profiles-section.tsx';
import { SecretsSection } from './secrets-section.tsx';
import type { Section } from './section.ts';
import { StorageSection } from './storage-section.tsx';

/** The parts of the settings, in their order. */
export const sections: readonly Section[] = [
  { id: 'general', title: 'settings.general', icon: SlidersHorizontal, component: GeneralSection },
  { id: 'keys', title: 'settings.keys', icon: Keyboard, component: KeysSection },
  { id: 'profiles', title: 'settings.profiles', icon: ServerCog, component: ProfilesSection },
  { id: 'secrets', title: 'settings.secrets', icon: KeyRound, component: SecretsSection },
  { id: 'grants', title: 'settings.grants', icon: ShieldCheck, component: GrantsSection },
  { id: 'costs', title: 'settings.costs', icon: Coins, component: CostsSection },
  { id: 'storage', title: 'settings.storage', icon: HardDrive, component: StorageSection },
  { id: 'about', title: 'settings.about', icon: Info, component: AboutSection },
];
