/** What a platform is called on its network (DNS-SD, RFC 6763), and the key of its text that says its address. */
export const SERVICE = '_tierphone._tcp.local';
export const URL_KEY = 'url';
