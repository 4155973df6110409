import type { Language } from './units.ts';

/** The version of the notice that phones read: another text is another version. */
export const NOTICE_VERSION = 1;

/** The parts of the notice, by the names of their recordings. */
export const NOTICE_PARTS = [
  'voice-notice-what',
  'voice-notice-kept',
  'voice-notice-why',
  'voice-notice-how-long',
  'voice-notice-no-sound',
  'voice-notice-needed',
  'voice-notice-not-needed',
] as const;
export type NoticePart = (typeof NOTICE_PARTS)[number];

/** What differs from one facility's notice to another's. */
export interface NoticeOf {
  /** Without a voiceprint there are no calls. */
  readonly needed: boolean;
}

/** The parts that are read, in order. */
export const noticeParts = ({ needed }: NoticeOf): NoticePart[] => [
  'voice-notice-what',
  'voice-notice-kept',
  'voice-notice-why',
  'voice-notice-how-long',
  'voice-notice-no-sound',
  needed ? 'voice-notice-needed' : 'voice-notice-not-needed',
];

/**
 * What is read before a voice is heard for the first time, word for word as it is kept with the caller's yes or no. The Illinois
 * Biometric Information Privacy Act (740 ILCS 14/15 b) wants it told what is collected, why and for how long, and a release.
 */
export const NOTICE: Readonly<Record<Language, Readonly<Record<NoticePart, string>>>> = {
  en: {
    'voice-notice-what': 'This phone can know you by your voice. You would say some digits three times.',
    'voice-notice-kept': 'Figures that describe your voice, called a voiceprint, are kept.',
    'voice-notice-why':
      'They are used, before and during calls, to make sure that nobody else calls with your PIN, and for nothing else.',
    'voice-notice-how-long':
      'They are destroyed when you are released, when you ask staff for it, or three years after they were last used.',
    'voice-notice-no-sound': 'No recording of the digits is kept.',
    'voice-notice-needed': 'Without a voiceprint you cannot make calls here.',
    'voice-notice-not-needed': 'You can make calls without a voiceprint.',
  },
  es: {
    'voice-notice-what': 'Este teléfono puede reconocerlo por su voz. Usted diría unos dígitos tres veces.',
    'voice-notice-kept': 'Se guardan cifras que describen su voz, llamadas huella de voz.',
    'voice-notice-why': 'Se usan, antes y durante las llamadas, para que nadie más llame con su PIN, y para nada más.',
    'voice-notice-how-long': 'Se destruyen cuando usted salga, cuando lo pida, o tres años después de su último uso.',
    'voice-notice-no-sound': 'No se guarda ninguna grabación de los dígitos.',
    'voice-notice-needed': 'Sin huella de voz no puede hacer llamadas aquí.',
    'voice-notice-not-needed': 'Puede hacer llamadas sin huella de voz.',
  },
};

/** The whole text that was read. */
export const noticeText = (language: Language, of: NoticeOf): string =>
  noticeParts(of)
    .map((part) => NOTICE[language][part])
    .join(' ');
