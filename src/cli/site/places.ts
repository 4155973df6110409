/** What is kept for root alone: what no service may read, and what `site init` needs to go on where it was cut short. */
export const KEPT = '/root/tierphone-site';
/** Of the platform: root writes it, the service reads it. */
export const OWN = '/etc/tierphone-platform';
/** What the service writes. */
export const STATE = '/var/lib/tierphone-platform';

export const PLATFORM_FILE = `${OWN}/platform.yaml`;
export const KEYS = `${OWN}/keys`;
/** Whose certificates the servers of this site have, for phones and for computers of staff. */
export const SERVERS_CA = `${OWN}/tls/ca.crt`;
/** What is put on the card of each phone. */
export const CARD = `${KEPT}/tierphone.yaml`;
/** Signs orders: for officers, and not for a server. */
export const ORDER_KEY = `${KEPT}/orders.key.json`;
/** Opens backups: likewise. */
export const BACKUP_KEY = `${KEPT}/backup.key`;

/** Debian's Mosquitto. */
export const MOSQUITTO = '/etc/mosquitto';
export const BROKER_ACCOUNTS = '/var/lib/mosquitto/dynamic-security.json';

/** The user that the platform runs as: of the system, and at PostgreSQL. */
export const PLATFORM_USER = 'tierphone-platform';
export const BROKER_USER = 'mosquitto';
/** Its name among platforms at one broker. */
export const PLATFORM_NAME = 'platform-1';
